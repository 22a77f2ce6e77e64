/* What a settings file may say: sections and keys of the option table. */
#include "kerf/config/config.h"

#include "kerf/config/ini.h"

#include "assign.h"

struct reader {
    struct arena *arena;
    struct config *config;
    bool trusted;
    struct target target; // the section read last
};

static bool take_section(struct str name, struct str label, void *ctx,
                         struct error *err)
{
    struct reader *r = ctx;

    return target_find(r->arena, name, label, &r->target, err)
           && (!r->trusted
               || target_declare(r->arena, r->config, &r->target, err));
}

static bool take_setting(struct str key, struct str value, void *ctx,
                         struct error *err)
{
    struct reader *r = ctx;

    return target_assign(r->arena, r->config, &r->target, key, value,
                         r->trusted, err);
}

bool config_read(struct arena *arena, struct config *config, struct str text,
                 struct str name, bool trusted, struct error *err)
{
    struct reader r = { .arena = arena, .config = config, .trusted = trusted };
    struct ini_taker taker = { take_section, take_setting, &r, false };

    return ini_read(arena, text, name, &taker, err);
}
