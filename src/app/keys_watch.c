/*
 * A loop of its own on the terminal, without the screen: lines go below each
 * other, so that they can be copied into a bug report. Bytes are fed one by
 * one, to know which of them made a key.
 */
#include "kerf/app/keys.h"

#include <signal.h>
#include <stdio.h>

#include "kerf/base/utf8.h"
#include "kerf/ui/composer.h"
#include "kerf/ui/keys.h"

#include "terminal.h"

#define SHOWN_BYTES 24 // of a long sequence or paste

// Bracketed paste, focus, SGR mouse if configured, as kerf itself sets them.
#define MODES_ON "\033[?2004h\033[?1004h"
#define MODES_OFF "\033[?2004l\033[?1004l\033[?1000l\033[?1006l"
#define MOUSE_ON "\033[?1000h\033[?1006h"
// Who are you, do you know synchronised updates, what is the background?
#define QUESTIONS "\033[c\033[?2026$p\033]11;?\033\\"

struct watch {
    const struct keymap *keymap;
    struct loop *loop;
    struct terminal *terminal;
    struct key_decoder *keys;
    struct loop_timer *escape;
    struct loop_signal *signals[4];
    int64_t escape_ms;
    struct buf bytes;           // since the last key
    struct buf line;            // to be written
    char first[KEY_NAME_BYTES]; // of a chord
    char last[KEY_NAME_BYTES];  // the key before
};

// --- what is shown ---------------------------------------------------------

static void add_bytes(struct buf *out, struct str bytes)
{
    for (size_t i = 0; i < bytes.len && i < SHOWN_BYTES; i++) {
        unsigned char c = (unsigned char)bytes.at[i];
        if (c == 0x1b)
            buf_append(out, STR("\\e"));
        else if (c > ' ' && c < 0x7f && c != '\\')
            buf_append_char(out, (char)c);
        else
            buf_printf(out, "\\x%02x", c);
    }
    if (bytes.len > SHOWN_BYTES)
        buf_printf(out, "... (%zu)", bytes.len);
}

static void pad(struct buf *out, size_t start, size_t cols)
{
    do
        buf_append_char(out, ' ');
    while (out->len < start + cols);
}

static void begin_line(struct watch *w)
{
    buf_reset(&w->line);
    add_bytes(&w->line, buf_str(&w->bytes));
    pad(&w->line, 0, 20);
    buf_reset(&w->bytes);
}

static void write_line(struct watch *w)
{
    buf_append(&w->line, STR("\r\n"));
    terminal_write(w->terminal, buf_str(&w->line));
}

// The line editor of messages has keys that are in no table.
static bool edits(const struct key *key)
{
    struct composer *composer = composer_create();

    composer_remember(composer, STR("earlier"));
    composer_set(composer, STR("some words"));
    bool taken = composer_key(composer, key) != COMPOSER_IGNORED;
    composer_destroy(composer);
    return taken;
}

static const char *meaning(const struct watch *w, unsigned where,
                           const char *keys, const struct key *key)
{
    const struct key_binding *found = keymap_binding(w->keymap, where, keys);

    if (found)
        return found->action;
    if (keymap_begins_chord(w->keymap, where, keys))
        return "begins chords";
    if (where != IN_COMPOSER || w->first[0] || !edits(key))
        return NULL;
    return key->code == KEYCODE_CHAR && key->mods == 0 ? "text" : "edits";
}

static void add_meanings(struct watch *w, const char *keys,
                         const struct key *key)
{
    size_t count, said = 0;
    const struct key_place *places = ui_places(&count);

    for (size_t i = 0; i < count; i++) {
        const char *what = meaning(w, places[i].where, keys, key);
        if (what)
            buf_printf(&w->line, "%s%s: %s", said++ ? ", " : "", places[i].name,
                       what);
    }
    if (said == 0)
        buf_append(&w->line, STR("nothing"));
}

static bool ends(const struct watch *w, const char *name)
{
    struct str key = str_from(name);

    return str_is(key, w->last)
           && (str_is(key, "q") || str_is(key, "Esc") || str_is(key, "^C"));
}

static void name_key(struct watch *w, const struct key *key, char *keys,
                     size_t size)
{
    char name[KEY_NAME_BYTES];

    key_name(key, name, sizeof(name));
    snprintf(keys, size, "%s%s%s", w->first, w->first[0] ? " " : "", name);
    if (ends(w, name))
        loop_stop(w->loop);
    snprintf(w->last, sizeof(w->last), "%s", name);
}

static bool begins(const struct watch *w, const char *keys)
{
    return !w->first[0]
           && keymap_begins_chord(
               w->keymap, IN_COMPOSER | IN_REVIEW | IN_APPROVAL | IN_PAGER,
               keys);
}

static void on_key(const struct key *key, void *ctx)
{
    struct watch *w = ctx;
    char keys[2 * KEY_NAME_BYTES];

    begin_line(w);
    size_t start = w->line.len;
    name_key(w, key, keys, sizeof(keys));
    buf_append(&w->line, str_from(keys));
    pad(&w->line, start, 12);
    if (key->code == KEYCODE_PASTE)
        buf_printf(&w->line, "a paste of %zu bytes", key->text.len);
    else if (key->code == KEYCODE_MOUSE)
        buf_printf(&w->line, "button %u, row %zu, column %zu",
                   (unsigned)key->ch, key->row + 1, key->col + 1);
    else
        add_meanings(w, keys, key);
    bool chord = begins(w, keys);
    w->first[0] = '\0';
    if (chord)
        snprintf(w->first, sizeof(w->first), "%s", w->last);
    write_line(w);
}

static void on_answer(struct str answer, void *ctx)
{
    struct watch *w = ctx;

    (void)answer; // its bytes are shown
    begin_line(w);
    buf_append(&w->line, STR("an answer of the terminal"));
    write_line(w);
}

// --- the terminal ----------------------------------------------------------

static void await_more(struct watch *w)
{
    if (key_decoder_is_waiting(w->keys))
        loop_timer_start(w->escape, w->escape_ms);
    else
        loop_timer_stop(w->escape);
}

static void on_escape(void *ctx)
{
    struct watch *w = ctx;

    key_decoder_timeout(w->keys, on_key, w);
    await_more(w);
}

static void on_input(struct str bytes, void *ctx)
{
    struct watch *w = ctx;

    for (size_t i = 0; i < bytes.len; i++) {
        struct str byte = { bytes.at + i, 1 };
        if (w->bytes.len <= LIMIT_PASTE_BYTES)
            buf_append(&w->bytes, byte);
        key_decoder_feed(w->keys, byte, on_key, w);
    }
    await_more(w);
}

static void on_drained(void *ctx)
{
    (void)ctx;
}

static void on_gone(void *ctx)
{
    struct watch *w = ctx;

    loop_stop(w->loop);
}

static void on_signal(int number, void *ctx)
{
    (void)number;
    on_gone(ctx);
}

static void add_env(struct watch *w, const struct setup *setup,
                    const char *name)
{
    struct str value = setup_env(setup, name);

    if (value.len == 0)
        return;
    buf_printf(&w->line, "%s=", name);
    utf8_sanitise(&w->line, str_take(value, 60), false);
    buf_append(&w->line, STR("  "));
}

static void write_head(struct watch *w, const struct setup *setup)
{
    static const char *const names[] = { "TERM", "COLORTERM", "TMUX", "STY",
                                         "SSH_CONNECTION" };

    buf_append(&w->line, STR(MODES_ON));
    buf_append(&w->line, setup->config.mouse ? STR(MOUSE_ON) : STR(""));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        add_env(w, setup, names[i]);
    buf_printf(&w->line,
               "\r\nkeys = %.*s, ESC waits %lld ms, paste and focus "
               "are asked for%s\r\n",
               STR_ARG(setup->config.keys), (long long)w->escape_ms,
               setup->config.mouse ? ", the mouse too" : "");
    buf_append(&w->line, STR("Press keys; q, Esc or ^C twice ends.\r\n\r\n"));
    terminal_write(w->terminal, buf_str(&w->line));
    terminal_write(w->terminal, STR(QUESTIONS));
}

static void open_watch(struct watch *w, const struct setup *setup)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
    bool ssh = setup_env(setup, "SSH_CONNECTION").len > 0;

    w->escape_ms = ssh ? ESCAPE_SSH_MS : ESCAPE_MS;
    w->keys = key_decoder_create();
    key_decoder_on_answer(w->keys, on_answer, w);
    w->escape = loop_timer_create(w->loop, on_escape, w);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        w->signals[i] = loop_signal_create(w->loop, numbers[i], on_signal, w);
}

static void close_watch(struct watch *w)
{
    terminal_write(w->terminal, STR(MODES_OFF));
    terminal_close(w->terminal);
    loop_timer_destroy(w->escape);
    for (size_t i = 0; i < sizeof(w->signals) / sizeof(w->signals[0]); i++)
        loop_signal_destroy(w->signals[i]);
    loop_run(w->loop);
    key_decoder_destroy(w->keys);
    buf_release(&w->bytes);
    buf_release(&w->line);
}

bool keys_watch(struct setup *setup, const struct keymap *keymap,
                struct error *err)
{
    static const struct terminal_events events = { .input = on_input,
                                                   .drained = on_drained,
                                                   .gone = on_gone };
    struct watch w = { .keymap = keymap, .loop = loop_create() };

    w.terminal = terminal_open(w.loop, &events, &w, err);
    bool opened = w.terminal != NULL;
    if (opened) {
        open_watch(&w, setup);
        write_head(&w, setup);
        loop_run(w.loop);
        close_watch(&w);
    }
    loop_destroy(w.loop);
    return opened;
}
