/* The floor for start-up: a bare ncurses program that is linked with the same
 * libraries as kerf, draws one full screen and echoes keys. */
#include <git2.h>
#include <jansson.h>
#include <libwebsockets.h>
#include <locale.h>
#include <ncurses.h>
#include <sqlite3.h>
#include <utf8proc.h>
#include <uv.h>

int main(void)
{
    // Never called: keeps the libraries in the list that the loader works on.
    static const void *const used[] = {
        (const void *)git_libgit2_init,   (const void *)json_null,
        (const void *)lws_create_context, (const void *)sqlite3_libversion,
        (const void *)utf8proc_version,   (const void *)uv_version,
    };
    int key;

    setlocale(LC_ALL, "");
    initscr();
    raw();
    noecho();
    for (int row = 0; row < LINES - 1; row++)
        mvprintw(row, 0, "floor %d", row);
    mvprintw(LINES - 1, 0, "floor ready%c", used[0] ? '.' : '!');
    refresh();
    while ((key = getch()) != ERR) {
        if (key == '^')
            mvaddch(0, 0, (chtype)key);
        else
            mvaddch(0, 0, ' ');
        refresh();
    }
    endwin();
    return 0;
}
