/*
 * Reading HTTP: one request after another. What arrives while an answer is
 * being written waits for its turn.
 */
#include "visit_parts.h"

static void begin_exchange(struct visit *v)
{
    struct exchange_plan plan = { v->host->world, v->number, &v->request,
                                  &v->verdict, visit_now() };

    v->times.request_ns = loop_now_ns();
    visit_next_tape(v, "http");
    if (v->host->world->replay.len > 0) {
        visit_replay(v);
        http_reset(&v->http);
        return;
    }
    v->exchange = exchange_create(&plan);
    v->has_cut = exchange_cut(v->exchange, &v->cut_bytes, &v->cut_code);
    if (v->verdict.fault.kind == FAULT_CUT_HEAD) {
        v->has_cut = true;
        v->cut_bytes = 40;
        v->cut_code = 0;
    }
    visit_pace(v);
    visit_pump_soon(v);
}

// A whole request was read: answers, or begins to.
static void take_request(struct visit *v)
{
    struct buf out = { 0 };
    bool keep_alive = v->request.keep_alive
                      && !http_header_has(&v->request, "upgrade", "websocket");

    v->times = (struct record_answer){ .connection = v->number,
                                       .request_ns = loop_now_ns() };
    front_judge(v->host->world, v->host->token, &v->request, visit_now(),
                &v->verdict, &out);
    if (v->verdict.route == ROUTE_WEBSOCKET) {
        buf_release(&out);
        visit_upgrade(v);
        return;
    }
    if (v->verdict.route != ROUTE_NONE) {
        buf_release(&out);
        begin_exchange(v);
        return;
    }
    record_event(v->host->world, v->number, "answer", v->verdict.status);
    visit_send(v, &out);
    http_reset(&v->http);
    if (!keep_alive || v->verdict.status == 401 || v->verdict.status == 403)
        visit_leave(v, 0);
}

static void refuse_bytes(struct visit *v)
{
    struct buf out = { 0 };
    struct refusal refusal;

    refuse(&refusal, "bad_request", NULL, "%s", v->http.problem);
    refusal.status = v->http.status;
    front_refuse(&refusal, false, &out);
    record_event(v->host->world, v->number, "answer", refusal.status);
    visit_send(v, &out);
    visit_leave(v, 0);
}

static void say_continue(struct visit *v)
{
    struct buf out = { 0 };

    if (!v->request.wants_continue)
        return;
    buf_append(&out, STR("HTTP/1.1 100 Continue\r\n\r\n"));
    visit_send(v, &out);
}

// Takes what waits, up to the end of one request after another.
void visit_read_http(struct visit *v)
{
    struct str bytes = buf_str(&v->waiting);
    size_t before = bytes.len;

    while (!v->peer && !v->exchange && !v->is_leaving && bytes.len > 0) {
        enum http_step step = http_read(&v->http, &bytes, &v->request);
        buf_consume(&v->waiting, before - bytes.len);
        if (step == HTTP_HEAD)
            say_continue(v);
        if (step == HTTP_HEAD && v->http.left == 0) {
            struct str none = STR("");
            step = http_read(&v->http, &none, &v->request);
        }
        if (step == HTTP_READY)
            take_request(v);
        else if (step == HTTP_WRONG)
            refuse_bytes(v);
        bytes = buf_str(&v->waiting);
        before = bytes.len;
    }
}
