/*
 * What a terminal answers when it is asked about itself (screen_ask). Pure.
 */
#ifndef KERF_UI_ANSWER_H
#define KERF_UI_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/str.h"

enum answer_kind {
    ANSWER_OTHER,  // nothing that was asked, or malformed
    ANSWER_DEVICE, // DA1: the last of those that screen_ask() asks for
    ANSWER_READY,  // DSR: all before it has been drawn
    ANSWER_SYNC,   // DECRPM of mode 2026: `yes` if frames can be wrapped
    ANSWER_PAPER,  // OSC 11: `yes` if the background is a light colour
};

struct answer {
    enum answer_kind kind;
    bool yes;
};

/* Reads an answer as key_answer_fn gives it. Any bytes will do. */
struct answer answer_read(struct str text);

#endif
