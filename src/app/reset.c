/*
 * After a kill -9 nothing could be put back. `kerf --reset` does so later, and
 * the next kerf does not take what it finds for what the user wants.
 */
#include "kerf/app/reset.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "kerf/ui/screen.h"

#include "terminal.h"

bool terminal_is_raw(const struct termios *modes)
{
    return !(modes->c_lflag & (ICANON | ECHO | ISIG))
           && !(modes->c_oflag & OPOST) && !(modes->c_iflag & ICRNL);
}

// What the kernel gives a new terminal.
void terminal_make_sane(struct termios *modes)
{
    modes->c_iflag |= ICRNL | IXON;
    modes->c_oflag |= OPOST | ONLCR;
    modes->c_lflag |= ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL
                      | ECHOKE;
}

static bool reset(int fd, struct error *err)
{
    struct str bytes = screen_rescue_bytes();
    struct termios modes;

    if (tcgetattr(fd, &modes) != 0)
        return error_errno(err, errno, "the terminal's modes");
    terminal_make_sane(&modes);
    if (tcsetattr(fd, TCSANOW, &modes) != 0)
        return error_errno(err, errno, "the terminal's modes");
    if (write(fd, bytes.at, bytes.len) != (ssize_t)bytes.len)
        return error_errno(err, errno, "the terminal");
    return true;
}

bool reset_terminal(struct error *err)
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (fd < 0)
        return error_set(err, ERROR_UNSUPPORTED, "no terminal to reset");
    bool done = reset(fd, err);
    close(fd);
    return done;
}
