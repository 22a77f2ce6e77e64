/* The reflected polynomial 0xedb88320, a byte a step (Sarwate 1988). The table
 * is made anew for each text: that costs less than a kilobyte of it. */
#include "kerf/base/crc32.h"

#define POLYNOMIAL UINT32_C(0xedb88320)

static uint32_t divide_byte(uint32_t byte)
{
    for (int bit = 0; bit < 8; bit++)
        byte = byte & 1 ? byte >> 1 ^ POLYNOMIAL : byte >> 1;
    return byte;
}

uint32_t crc32_of(struct str bytes)
{
    uint32_t table[256], crc = UINT32_MAX;

    for (uint32_t i = 0; i < 256; i++)
        table[i] = divide_byte(i);
    for (size_t i = 0; i < bytes.len; i++)
        crc = crc >> 8 ^ table[(crc ^ (unsigned char)bytes.at[i]) & 0xff];
    return ~crc;
}
