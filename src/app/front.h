/* The two faces of the program behind one set of calls. */
#ifndef KERF_APP_FRONT_H
#define KERF_APP_FRONT_H

#include "kerf/base/error.h"
#include "kerf/model/command.h"
#include "kerf/model/event.h"
#include "kerf/ui/ui.h"

struct app;

/*
 * Who shows what happens and gives out what the user wants: the full screen
 * (front.c) or the line mode (inline.c).
 */
struct front {
    /* Takes the terminal; closing gives it back as it was. */
    bool (*open)(struct app *app, struct error *err);
    void (*close)(struct app *app);
    /* An event was applied; something else changed. */
    void (*happened)(struct app *app, const struct event *event);
    void (*want)(struct app *app);
    void (*tell)(struct app *app, struct str text, bool warning);
    void (*signalled)(struct app *app, int number);
    /* Another program gets the terminal for a while. */
    void (*lend)(struct app *app);
    void (*reclaim)(struct app *app);
    /* There is a new session object; what there is of it is told. */
    void (*renew)(struct app *app);
    void (*begin)(struct app *app);
    /* A message, or a hunk, to go on with; what is typed and not sent (borrowed
     * until the next call). */
    void (*draft)(struct app *app, struct str text);
    struct str (*typed)(struct app *app);
    /* An earlier message, for the history. */
    void (*remember)(struct app *app, struct str text);
    void (*keep_edit)(struct app *app, struct target target, struct str text);
    void (*pick)(struct app *app, const char *title,
                 const struct ui_choice *choices, size_t count,
                 enum command_kind kind);
};

/* The full screen, and the line mode. */
extern const struct front front_screen, front_lines;

#endif
