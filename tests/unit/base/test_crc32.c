/* CRC-32 against values that are published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/base/crc32.h"

static void checksums_are_those_of_gzip_and_png(void **state)
{
    (void)state;
    assert_int_equal(crc32_of(STR("")), 0);
    assert_int_equal(crc32_of(STR("123456789")), UINT32_C(0xcbf43926));
    assert_int_equal(crc32_of(STR("IEND")), UINT32_C(0xae426082));
}

static void a_changed_byte_changes_the_checksum(void **state)
{
    (void)state;
    assert_int_not_equal(crc32_of(STR("a\n")), crc32_of(STR("a")));
    assert_int_not_equal(crc32_of(STR("a\0")), crc32_of(STR("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksums_are_those_of_gzip_and_png),
        cmocka_unit_test(a_changed_byte_changes_the_checksum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
