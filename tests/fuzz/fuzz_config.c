/*
 * Any bytes as a config file, and its first line as a -c setting: what is
 * read is printable, in range and within the limits; what is refused has one
 * clean line of explanation; a file from a clone sets nothing that is guarded.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "kerf/base/utf8.h"
#include "kerf/config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct str text)
{
    assert(utf8_is_valid(text));
    for (size_t i = 0; i < text.len; i++)
        assert((unsigned char)text.at[i] >= ' ' || text.at[i] == '\t');
}

static void check_error(const struct error *err)
{
    size_t len = strnlen(err->text, sizeof(err->text));

    assert(err->kind != ERROR_NONE);
    assert(len > 0 && len < sizeof(err->text));
    assert(memchr(err->text, '\n', len) == NULL);
}

static void check_number(const struct option_info *option, int64_t number)
{
    assert(number == 0 || (number >= option->low && number <= option->high));
}

static void check_price(struct price price)
{
    assert(price.input >= 0 && price.cached >= 0 && price.output >= 0);
}

static void check_value(const struct option_info *option, const void *base)
{
    const void *at = (const char *)base + option->offset;

    switch (option->kind) {
    case OPTION_TEXT:
    case OPTION_CHOICE:
    case OPTION_URL:
    case OPTION_ENV: check_text(*(const struct str *)at); break;
    case OPTION_CLASS:
        assert(*(const enum backend_class *)at <= CLASS_LOCAL);
        break;
    case OPTION_BOOL: break;
    case OPTION_COUNT:
    case OPTION_TOKENS:
    case OPTION_BYTES:
    case OPTION_MS:
    case OPTION_SECONDS: check_number(option, *(const int64_t *)at); break;
    case OPTION_PRICE: check_price(*(const struct price *)at); break;
    case OPTION_USD: assert(*(const double *)at >= 0); break;
    }
}

static void check_config(const struct config *config)
{
    size_t count;
    const struct option_info *options = config_options(&count);

    assert(config->backend_count <= LIMIT_BACKENDS);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(options[i].section, "backend") != 0)
            check_value(&options[i], config);
        for (size_t k = 0; k < config->backend_count; k++)
            if (strcmp(options[i].section, "backend") == 0)
                check_value(&options[i], &config->backends[k]);
    }
    for (size_t k = 0; k < config->backend_count; k++)
        check_text(config->backends[k].name);
}

static void try_file(struct str text, bool trusted)
{
    struct arena arena = { 0 };
    struct config config = config_defaults();
    struct error err = { 0 };

    if (!config_read(&arena, &config, text, STR("f"), trusted, &err))
        check_error(&err);
    else if (!config_check(&config, &err))
        check_error(&err);
    check_config(&config);
    if (!trusted)
        assert(config.backend_count == 0 && config.verify.len == 0
               && config.editor.len == 0 && config.backend.len == 0);
    arena_release(&arena);
}

static void try_setting(struct str setting)
{
    struct arena arena = { 0 };
    struct config config = config_defaults();
    struct error err = { 0 };

    if (!config_set(&arena, &config, setting, &err))
        check_error(&err);
    check_config(&config);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };

    try_file(text, true);
    try_file(text, false);
    try_setting(str_take(text, str_find_char(text, '\n')));
    return 0;
}
