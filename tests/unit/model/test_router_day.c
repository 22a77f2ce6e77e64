/*
 * A day in a minute: a simulated clock, seeded latencies, and a wafer backend
 * with slow spells, outages, limits and a proxy that kills WebSocket. What is
 * chosen when, and why, is compared with a text; what must hold on any day is
 * checked on many random ones.
 */
#include "router_rig.h"

#include "kerf/base/buf.h"

#define MINUTE_MS 60000
#define DAY_MINUTES 1440
#define TURN_MS 20000 // one turn every 20 seconds, all day
#define RESTED_MS (10 * MINUTE_MS + 2 * TURN_MS)
#define RANDOM_DAYS 20
#define SWITCHES_AN_HOUR 40
#define GOLDEN "tests/cases/router/day.txt"

enum weather {
    WEATHER_FINE,
    WEATHER_SLOW,    // answers, ten times later
    WEATHER_SILENT,  // no first token within the deadline
    WEATHER_OUTAGE,  // connections break
    WEATHER_LIMITED, // 429, wait 30 s
    WEATHER_KEY,     // 401
    WEATHER_NO_WS,   // WebSocket is refused, HTTP is fine
    WEATHER_PATCHY,  // one of three requests breaks
    WEATHER_COUNT,
};

struct spell {
    int64_t from_min, to_min;
    size_t backend;
    enum weather weather;
};

struct day {
    struct rig rig;
    const struct spell *spells;
    size_t spell_count;
    uint64_t seed;
    size_t last; // backend of the turn before
    enum route_transport last_transport;
    struct buf log;
    size_t turns, switches, hour_switches, hour_most;
    size_t lost; // turns that nobody answered
};

static uint32_t dice(struct day *day)
{
    day->seed = day->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(day->seed >> 33);
}

static enum weather weather_of(const struct day *day, size_t backend)
{
    int64_t minute = day->rig.now_ms / MINUTE_MS;

    for (size_t i = 0; i < day->spell_count; i++)
        if (day->spells[i].backend == backend
            && minute >= day->spells[i].from_min
            && minute < day->spells[i].to_min)
            return day->spells[i].weather;
    return WEATHER_FINE;
}

// The world's answer to one request; SETBACK_COUNT: it went well.
static enum setback meet(struct day *day, const struct route *route)
{
    switch (weather_of(day, route->backend)) {
    case WEATHER_SILENT: return SETBACK_SLOW;
    case WEATHER_OUTAGE: return SETBACK_LOST;
    case WEATHER_LIMITED: return SETBACK_LIMITED;
    case WEATHER_KEY: return SETBACK_REFUSED;
    case WEATHER_NO_WS:
        return route->transport == ROUTE_WS ? SETBACK_TRANSPORT : SETBACK_COUNT;
    case WEATHER_PATCHY: return dice(day) % 3 ? SETBACK_COUNT : SETBACK_LOST;
    case WEATHER_FINE:
    case WEATHER_SLOW:
    case WEATHER_COUNT: break;
    }
    return SETBACK_COUNT;
}

static void answer(struct day *day, const struct route *route)
{
    static const struct {
        int64_t ttft_ms;
        double speed;
    } machines[] = { { 150, 1100 }, { 700, 70 }, { 2000, 25 } };
    bool slow = weather_of(day, route->backend) == WEATHER_SLOW;
    int64_t ttft_ms = machines[route->backend].ttft_ms + dice(day) % 100;

    router_answered(day->rig.router,
                    &(struct route_answer){
                        .backend = route->backend,
                        .transport = route->transport,
                        .now_ms = day->rig.now_ms,
                        .input_tokens = day->rig.query.input_tokens,
                        .output_tokens = day->rig.query.output_tokens,
                        .ttft_ms = slow ? ttft_ms * 10 : ttft_ms,
                        .tokens_per_second = machines[route->backend].speed,
                    });
}

static void turn_down(struct day *day, const struct route *route,
                      enum setback setback)
{
    router_failed(day->rig.router,
                  &(struct route_failure){
                      .backend = route->backend,
                      .transport = route->transport,
                      .setback = setback,
                      .now_ms = day->rig.now_ms,
                      .retry_after_ms = 30000,
                      .input_tokens = day->rig.query.input_tokens,
                      .text = str_from(setback_name(setback)),
                  });
}

// A line of the log whenever the backend or the transport is another one.
static void note(struct day *day, const struct route *route, size_t tries)
{
    const struct config *config = &day->rig.config;
    int64_t second = day->rig.now_ms / 1000;

    day->turns++;
    if (route->backend == day->last && route->transport == day->last_transport)
        return;
    if (day->last < config->backend_count && route->backend != day->last) {
        day->switches++;
        day->hour_switches++;
    }
    day->last = route->backend;
    day->last_transport = route->transport;
    buf_printf(&day->log, "%02lld:%02lld:%02lld %.*s %s%s: %s\n",
               (long long)(second / 3600), (long long)(second / 60 % 60),
               (long long)(second % 60),
               STR_ARG(config->backends[route->backend].name),
               route_transport_name(route->transport),
               tries > 1 ? " (after a failure)" : "", route->why);
}

static void play_turn(struct day *day)
{
    struct rig *rig = &day->rig;
    size_t tries = 1;

    rig->query.tried[0] = rig->query.tried[1] = 0;
    rig->query.current = day->last;
    rig->query.input_tokens = 8000 + dice(day) % 20000;
    rig->query.output_tokens = 300 + dice(day) % 1000;
    choose(rig);
    while (rig->route.end == ROUTE_GO) {
        router_sent(rig->router, rig->route.backend, rig->query.input_tokens,
                    rig->now_ms);
        enum setback setback = meet(day, &rig->route);
        if (setback == SETBACK_COUNT) {
            answer(day, &rig->route);
            note(day, &rig->route, tries);
            return;
        }
        turn_down(day, &rig->route, setback);
        rig->route =
            router_next(rig->router, &rig->query, &rig->route, setback);
        tries++;
    }
    day->lost++;
}

static void play_hour(struct day *day, int hour)
{
    int64_t end_ms = (int64_t)(hour + 1) * 60 * MINUTE_MS;

    day->hour_switches = 0;
    for (; day->rig.now_ms < end_ms; day->rig.now_ms += TURN_MS)
        play_turn(day);
    if (day->hour_switches > day->hour_most)
        day->hour_most = day->hour_switches;
}

static void begin(struct day *day, const struct spell *spells, size_t count,
                  const char *settings, uint64_t seed)
{
    *day = (struct day){ .spells = spells,
                         .spell_count = count,
                         .last = ROUTER_NONE,
                         .seed = seed };
    rig_open(&day->rig, settings);
    day->rig.now_ms = 0;
}

static void end(struct day *day)
{
    buf_release(&day->log);
    rig_close(&day->rig);
}

// --- one day, in words ------------------------------------------------------

static const struct spell working_day[] = {
    { 60, 75, WAFER, WEATHER_OUTAGE },    { 150, 210, WAFER, WEATHER_SLOW },
    { 300, 302, WAFER, WEATHER_LIMITED }, { 420, 480, WAFER, WEATHER_NO_WS },
    { 540, 541, WAFER, WEATHER_OUTAGE },  { 600, 640, WAFER, WEATHER_KEY },
    { 620, 630, GPU, WEATHER_OUTAGE },    { 780, 800, WAFER, WEATHER_PATCHY },
    { 900, 930, WAFER, WEATHER_SILENT },  { 1100, 1200, GPU, WEATHER_OUTAGE },
};

#define SPELLS(list) (list), sizeof(list) / sizeof((list)[0])

static struct buf read_golden(void)
{
    struct buf text = { 0 };
    FILE *file = fopen(GOLDEN, "r");
    char bytes[4096];
    size_t n;

    while (file && (n = fread(bytes, 1, sizeof(bytes), file)) > 0)
        buf_append(&text, (struct str){ bytes, n });
    if (file)
        fclose(file);
    return text;
}

static void a_day_is_told_as_expected(void **state)
{
    struct day *day = *state;
    struct buf golden = read_golden();

    begin(day, SPELLS(working_day), "[kerf]\nbackend = wafer\n", 1);
    for (int hour = 0; hour < 24; hour++)
        play_hour(day, hour);
    buf_printf(&day->log, "%zu turns, %zu unanswered, %zu switches\n",
               day->turns, day->lost, day->switches);
    if (!str_equal(buf_str(&golden), buf_str(&day->log))) {
        fputs(buf_cstr(&day->log), stderr);
        fail_msg("that is not what " GOLDEN " tells");
    }
    buf_release(&golden);
    end(day);
}

static void after_each_spell_it_is_back_within_the_longest_rest(void **state)
{
    struct day *day = *state;

    for (enum weather weather = 0; weather < WEATHER_COUNT; weather++)
        for (int64_t minutes = 1; minutes <= 128; minutes *= 2) {
            struct spell spell = { 60, 60 + minutes, WAFER, weather };
            begin(day, &spell, 1, "", (uint64_t)minutes);
            while (day->rig.now_ms < spell.to_min * MINUTE_MS + RESTED_MS) {
                play_turn(day);
                day->rig.now_ms += TURN_MS;
            }
            if (day->last != WAFER)
                fail_msg("weather %d of %lld minutes: still not back", weather,
                         (long long)minutes);
            assert_int_equal(day->lost, 0);
            end(day);
        }
}

static void a_short_probeMost_brings_it_back_sooner(void **state)
{
    struct day *day = *state;
    struct spell spell = { 60, 180, WAFER, WEATHER_OUTAGE };

    begin(day, &spell, 1, "[route]\nprobe = 10\nprobeMost = 40\n", 1);
    while (day->rig.now_ms < spell.to_min * MINUTE_MS + 40000 + 2 * TURN_MS) {
        play_turn(day);
        day->rig.now_ms += TURN_MS;
    }
    assert_int_equal(day->last, WAFER);
    end(day);
}

// --- any day ----------------------------------------------------------------

static size_t forecast(struct spell *spells, size_t most, uint64_t seed)
{
    struct day roll = { .seed = seed };
    size_t count = 0;

    for (int64_t minute = 0; minute < DAY_MINUTES && count < most;) {
        int64_t length = 1 + dice(&roll) % 25;
        spells[count++] =
            (struct spell){ minute, minute + length, dice(&roll) % 2,
                            (enum weather)(dice(&roll) % WEATHER_COUNT) };
        minute += dice(&roll) % 20;
    }
    return count;
}

static void however_bad_the_day_the_choice_does_not_swing(void **state)
{
    struct day *day = *state;
    static const char *const settings[] = { "", "[kerf]\nbackend = wafer\n",
                                            "[route]\nsticky = 0\n" };
    struct spell spells[300];

    for (uint64_t seed = 1; seed <= RANDOM_DAYS; seed++) {
        size_t count = forecast(spells, 300, seed);
        begin(day, spells, count, settings[seed % 3], seed);
        for (int hour = 0; hour < 24; hour++)
            play_hour(day, hour);
        if (day->hour_most > SWITCHES_AN_HOUR)
            fail_msg("day %llu: %zu switches in an hour\n%s",
                     (unsigned long long)seed, day->hour_most,
                     buf_cstr(&day->log));
        assert_int_equal(day->lost, 0); // local is always there
        end(day);
    }
}

static void the_same_day_is_chosen_the_same_way(void **state)
{
    struct day *day = *state;
    struct day other;
    struct spell spells[300];
    size_t count = forecast(spells, 300, 99);

    begin(day, spells, count, "", 5);
    begin(&other, spells, count, "", 5);
    for (int hour = 0; hour < 6; hour++) {
        play_hour(day, hour);
        play_hour(&other, hour);
    }
    assert_string_equal(buf_cstr(&day->log), buf_cstr(&other.log));
    end(&other);
    end(day);
}

static int setup(void **state)
{
    *state = mem_alloc(sizeof(struct day));
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

#define DAY_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAY_TEST(a_day_is_told_as_expected),
        DAY_TEST(after_each_spell_it_is_back_within_the_longest_rest),
        DAY_TEST(a_short_probeMost_brings_it_back_sooner),
        DAY_TEST(however_bad_the_day_the_choice_does_not_swing),
        DAY_TEST(the_same_day_is_chosen_the_same_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
