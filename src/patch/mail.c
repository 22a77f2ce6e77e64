/*
 * Mails: `git format-patch` and mail programs may send the text in quoted-
 * printable or base64. The header says so; a header is what follows `From `,
 * the boundary of a part, or the begin of the text, as long as its lines look
 * like one.
 */
#include "mail.h"

#define LIMIT_BOUNDARY_BYTES 128 // RFC 2046 allows 70

void mail_release(struct mail *mail)
{
    buf_release(&mail->boundary);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

// Finds `needle`, in lower case, in `s`; SIZE_MAX if it is not there.
static size_t find_folded(struct str s, struct str needle)
{
    for (size_t i = 0; i + needle.len <= s.len; i++) {
        size_t same = 0;
        while (same < needle.len && lower(s.at[i + same]) == needle.at[same])
            same++;
        if (same == needle.len)
            return i;
    }
    return SIZE_MAX;
}

static bool has_folded(struct str s, struct str needle)
{
    return find_folded(s, needle) != SIZE_MAX;
}

// "Name: value", or the continuation of one.
static bool is_field(struct str line)
{
    size_t i = 0;

    if (line.len > 0 && (line.at[0] == ' ' || line.at[0] == '\t'))
        return true;
    while (i < line.len
           && ((lower(line.at[i]) >= 'a' && lower(line.at[i]) <= 'z')
               || (line.at[i] >= '0' && line.at[i] <= '9')
               || line.at[i] == '-'))
        i++;
    return i > 0 && i < line.len && line.at[i] == ':';
}

static void read_boundary(struct mail *mail, struct str line)
{
    static const struct str mark = { "boundary=", 9 };
    size_t at = find_folded(line, mark);

    if (at == SIZE_MAX)
        return;
    struct str value = str_trim(str_skip(line, at + mark.len));
    if (str_starts_with(value, STR("\"")))
        value = str_take(str_skip(value, 1),
                         str_find_char(str_skip(value, 1), '"'));
    else
        value = str_take(value, str_find_char(value, ';'));
    buf_reset(&mail->boundary);
    if (value.len > 0 && value.len <= LIMIT_BOUNDARY_BYTES)
        buf_append(&mail->boundary, value);
}

static void read_field(struct mail *mail, struct str line)
{
    static const struct str encoding = { "content-transfer-encoding:", 26 };
    static const struct str type = { "content-type:", 13 };

    read_boundary(mail, line);
    if (find_folded(line, type) == 0)
        mail->picture = !has_folded(line, STR("text/"))
                        && !has_folded(line, STR("multipart/"));
    if (find_folded(line, encoding) != 0)
        return;
    struct str value = str_skip(line, encoding.len);
    mail->next = has_folded(value, STR("quoted-printable")) ? MAIL_QUOTED
                 : has_folded(value, STR("base64"))         ? MAIL_BASE64
                                                            : MAIL_PLAIN;
}

static void begin_headers(struct mail *mail)
{
    mail->headers = true;
    mail->picture = false;
    mail->next = mail->now = MAIL_PLAIN;
    mail->bit_count = 0;
}

static void header_line(struct mail *mail, struct str line)
{
    if (line.len > 0 && is_field(line)) {
        read_field(mail, line);
        return;
    }
    mail->headers = false;
    if (line.len > 0)
        return; // it was no header after all
    mail->now = mail->next;
    if (mail->now == MAIL_BASE64 && mail->picture)
        mail->now = MAIL_SKIPPED;
}

static bool is_boundary(const struct mail *mail, struct str line)
{
    struct str name = buf_str(&mail->boundary);

    return name.len > 0 && str_starts_with(line, STR("--"))
           && str_starts_with(str_skip(line, 2), name);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// A `=` that no two hex digits follow stands for itself.
static void decode_quoted(struct str line, bool last, struct buf *out)
{
    line = str_trim_end(line);
    bool goes_on = str_ends_with(line, STR("="));
    if (goes_on)
        line.len--;
    for (size_t i = 0; i < line.len; i++) {
        bool room = line.at[i] == '=' && line.len - i > 2;
        int high = room ? hex_value(line.at[i + 1]) : -1;
        int low = room ? hex_value(line.at[i + 2]) : -1;
        bool coded = high >= 0 && low >= 0;
        buf_append_char(out, coded ? (char)(high * 16 + low) : line.at[i]);
        i += coded ? 2 : 0;
    }
    if (!goes_on && !last)
        buf_append_char(out, '\n');
}

static int base64_value(char c)
{
    static const struct str digits = {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 64
    };
    size_t at = str_find_char(digits, c);
    return at == SIZE_MAX ? -1 : (int)at;
}

static bool decode_base64(struct mail *mail, struct str line, struct buf *out,
                          struct error *err)
{
    line = str_trim(line);
    for (size_t i = 0; i < line.len; i++) {
        int value = base64_value(line.at[i]);
        if (line.at[i] == '=') {
            mail->bit_count = 0;
            continue;
        }
        if (value < 0)
            return error_set(err, ERROR_INVALID, "malformed base64 in a mail");
        mail->bits = (mail->bits << 6 | (unsigned)value) & 0xffff;
        mail->bit_count += 6;
        if (mail->bit_count < 8)
            continue;
        mail->bit_count -= 8;
        buf_append_char(out, (char)(mail->bits >> mail->bit_count & 0xff));
    }
    return true;
}

// A header begins here: of a mail in a box, of a part, or of the text.
static bool opens_header(struct mail *mail, struct str line)
{
    bool first = !mail->begun && line.len > 0 && line.at[0] != ' '
                 && line.at[0] != '\t' && is_field(line);

    mail->begun |= line.len > 0;
    if (first) {
        begin_headers(mail);
        return false; // its first line is of the header
    }
    if (!is_boundary(mail, line) && !str_starts_with(line, STR("From ")))
        return false;
    begin_headers(mail);
    return true;
}

bool mail_line(struct mail *mail, struct str line, bool last, struct buf *out,
               bool *decoded, struct error *err)
{
    struct str bare =
        str_ends_with(line, STR("\r")) ? str_take(line, line.len - 1) : line;

    *decoded = is_boundary(mail, bare); // of the mail, not of its text
    if (*decoded && out->len > 0)
        buf_append_char(out, '\n');
    if (opens_header(mail, bare))
        return true;
    if (mail->headers) {
        header_line(mail, bare);
        return true;
    }
    *decoded = mail->now != MAIL_PLAIN;
    if (mail->now == MAIL_QUOTED)
        decode_quoted(bare, last, out);
    return mail->now != MAIL_BASE64 || decode_base64(mail, bare, out, err);
}
