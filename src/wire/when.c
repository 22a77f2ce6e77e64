/*
 * Durations as Go prints them ("1m2.5s"), which is how the big servers write
 * them, with the words that others use; and the date of an HTTP header.
 */
#include "when.h"

#include "kerf/wire/failure.h"

#define MOST_MS (400LL * 24 * 3600 * 1000)

static const struct {
    const char *name;
    int64_t ms;
} units[] = {
    // the longer of two that begin alike first
    { "milliseconds", 1 }, { "millisecond", 1 }, { "ms", 1 },
    { "minutes", 60000 },  { "minute", 60000 },  { "min", 60000 },
    { "m", 60000 },        { "seconds", 1000 },  { "second", 1000 },
    { "sec", 1000 },       { "s", 1000 },        { "hours", 3600000 },
    { "hour", 3600000 },   { "h", 3600000 },     { "days", 86400000 },
    { "day", 86400000 },   { "d", 86400000 },
};

static bool is_digit(struct str text, size_t at)
{
    return at < text.len && text.at[at] >= '0' && text.at[at] <= '9';
}

// Reads digits and perhaps a fraction, in thousandths. False if there is none.
static bool take_number(struct str *text, int64_t *thousandths)
{
    size_t at = 0;
    int64_t sum = 0, place = 100;

    for (; is_digit(*text, at) && at < 12; at++)
        sum = sum * 10 + (text->at[at] - '0');
    if (at == 0 || is_digit(*text, at))
        return false;
    sum *= 1000;
    if (at < text->len && text->at[at] == '.' && is_digit(*text, at + 1))
        for (at++; is_digit(*text, at); at++, place /= 10)
            sum += (text->at[at] - '0') * place;
    *text = str_skip(*text, at);
    *thousandths = sum;
    return true;
}

static bool is_letter(struct str text, size_t at)
{
    return at < text.len
           && ((text.at[at] >= 'a' && text.at[at] <= 'z')
               || (text.at[at] >= 'A' && text.at[at] <= 'Z'));
}

// Returns the milliseconds of a unit and steps over it; 0 if there is none.
static int64_t take_unit(struct str *text)
{
    struct str rest = str_trim_start(*text);

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        struct str name = str_from(units[i].name);
        if (str_starts_with(rest, name)
            && (name.len > 2 || !is_letter(rest, name.len))) {
            *text = str_skip(rest, name.len);
            return units[i].ms;
        }
    }
    return 0;
}

bool duration_read(struct str text, int64_t *ms)
{
    int64_t sum = 0, thousandths, unit;
    bool any = false;

    while (take_number(&text, &thousandths)) {
        unit = take_unit(&text);
        if (unit == 0 && (any || is_letter(text, 0)))
            return false;
        if (unit == 0)
            unit = 1000; // a bare number
        if (thousandths / 1000 > MOST_MS / unit)
            return false;
        sum += thousandths * unit / 1000;
        any = true;
    }
    if (any)
        *ms = sum < MOST_MS ? sum : MOST_MS;
    return any;
}

static bool take_two(struct str *text, int *number)
{
    if (!is_digit(*text, 0) || !is_digit(*text, 1))
        return false;
    *number = (text->at[0] - '0') * 10 + (text->at[1] - '0');
    *text = str_skip(*text, 2);
    return true;
}

static bool take_char(struct str *text, char c)
{
    if (text->len == 0 || text->at[0] != c)
        return false;
    *text = str_skip(*text, 1);
    return true;
}

static bool take_month(struct str *text, int *month)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    if (text->len < 3)
        return false;
    for (*month = 1; *month <= 12; ++*month)
        if (str_equal(str_take(*text, 3),
                      (struct str){ names + 3 * (*month - 1), 3 })) {
            *text = str_skip(*text, 3);
            return true;
        }
    return false;
}

// Days since 1970-01-01 of a date of the Gregorian calendar, Hinnant 2013.
static int64_t days_of(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400, of_era = y % 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
           - 719468;
}

int64_t date_wait_ms(struct str date, int64_t now_s)
{
    int day, month, century, years, hour, minute, second;

    if (date.len < 4 || date.at[3] != ',')
        return -1;
    date = str_skip(date, 4);
    if (!take_char(&date, ' ') || !take_two(&date, &day)
        || !take_char(&date, ' ') || !take_month(&date, &month)
        || !take_char(&date, ' ') || !take_two(&date, &century)
        || !take_two(&date, &years) || !take_char(&date, ' ')
        || !take_two(&date, &hour) || !take_char(&date, ':')
        || !take_two(&date, &minute) || !take_char(&date, ':')
        || !take_two(&date, &second) || !str_is(date, " GMT"))
        return -1;
    int64_t then_s = days_of(century * 100 + years, month, day) * 86400
                     + hour * 3600 + minute * 60 + second;
    int64_t wait_s = then_s - now_s;
    if (wait_s > MOST_MS / 1000)
        return MOST_MS;
    return wait_s > 0 ? wait_s * 1000 : 0;
}
