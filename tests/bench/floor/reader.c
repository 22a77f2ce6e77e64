/*
 * The floor for a stream: libwebsockets and jansson with nothing around them.
 * Asks the server at 127.0.0.1 once, parses every message of the answer, and
 * prints how many there were, the milliseconds that they took, and those of
 * the CPU.
 *
 *   reader PORT TOKEN
 */
#include <jansson.h>
#include <libwebsockets.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define LIMIT_MESSAGE_BYTES ((size_t)4 << 20)

static const char question[] =
    "{\"type\":\"response.create\",\"model\":\"test\",\"input\":[{\"type\":"
    "\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
    "\"text\":\"How far is it?\"}]}]}";

struct reader {
    const char *token;
    char *message;
    size_t used, count;
    double from_ms, cpu_from_ms;
    bool is_asked, is_done;
};

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static double cpu_ms(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static void ask(struct reader *reader, struct lws *wsi)
{
    unsigned char frame[LWS_PRE + sizeof(question)];

    if (reader->is_asked)
        return;
    reader->is_asked = true;
    reader->from_ms = now_ms();
    reader->cpu_from_ms = cpu_ms();
    memcpy(frame + LWS_PRE, question, sizeof(question) - 1);
    lws_write(wsi, frame + LWS_PRE, sizeof(question) - 1, LWS_WRITE_TEXT);
}

static void take(struct reader *reader, const void *bytes, size_t length,
                 bool is_end)
{
    if (reader->used + length > LIMIT_MESSAGE_BYTES)
        abort();
    memcpy(reader->message + reader->used, bytes, length);
    reader->used += length;
    if (!is_end)
        return;
    json_t *root = json_loadb(reader->message, reader->used, 0, NULL);
    const char *type = json_string_value(json_object_get(root, "type"));
    reader->count++;
    reader->used = 0;
    reader->is_done = type && strcmp(type, "response.completed") == 0;
    json_decref(root);
}

static int add_token(const struct reader *reader, struct lws *wsi, void *in,
                     size_t length)
{
    unsigned char **at = in, *end = *at + length;
    char value[256];
    int size = snprintf(value, sizeof(value), "Bearer %s", reader->token);

    return lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_AUTHORIZATION,
                                        (unsigned char *)value, size, at, end);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
                    void *user, void *in, size_t length)
{
    struct reader *reader = lws_context_user(lws_get_context(wsi));

    (void)user;
    if (reason == LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER)
        return add_token(reader, wsi, in, length);
    if (reason == LWS_CALLBACK_CLIENT_ESTABLISHED)
        lws_callback_on_writable(wsi);
    if (reason == LWS_CALLBACK_CLIENT_WRITEABLE)
        ask(reader, wsi);
    if (reason == LWS_CALLBACK_CLIENT_RECEIVE)
        take(reader, in, length,
             lws_is_final_fragment(wsi)
                 && lws_remaining_packet_payload(wsi) == 0);
    if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR)
        reader->is_done = true;
    return 0;
}

static struct lws_context *connect_to(struct reader *reader, int port)
{
    static const struct lws_protocols protocols[] = {
        { .name = "reader", .callback = on_event, .rx_buffer_size = 65536 },
        { 0 },
    };
    struct lws_context_creation_info info = { .port = CONTEXT_PORT_NO_LISTEN,
                                              .protocols = protocols,
                                              .user = reader };
    struct lws_context *context = lws_create_context(&info);
    struct lws_client_connect_info to = { .context = context,
                                          .address = "127.0.0.1",
                                          .port = port,
                                          .path = "/v1/responses",
                                          .host = "127.0.0.1",
                                          .local_protocol_name = "reader" };

    lws_client_connect_via_info(&to);
    return context;
}

int main(int argc, char **argv)
{
    struct reader reader = { .token = argc == 3 ? argv[2] : "" };

    if (argc != 3)
        return 2;
    lws_set_log_level(LLL_ERR, NULL);
    reader.message = malloc(LIMIT_MESSAGE_BYTES);
    struct lws_context *context =
        connect_to(&reader, (int)strtol(argv[1], NULL, 10));
    while (!reader.is_done && lws_service(context, 0) >= 0)
        ;
    if (reader.count > 0)
        printf("%zu %.3f %.3f\n", reader.count, now_ms() - reader.from_ms,
               cpu_ms() - reader.cpu_from_ms);
    lws_context_destroy(context);
    free(reader.message);
    return reader.count == 0;
}
