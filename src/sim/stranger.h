/* Private to sim: events that no client can have asked for. */
#ifndef SIM_STRANGER_H
#define SIM_STRANGER_H

#include <stdint.h>

#include "kerf/base/buf.h"

enum stranger {
    STRANGER_TYPE,
    STRANGER_NUMBER,
    STRANGER_ARRAY,
    STRANGER_TWICE,
    STRANGER_ITEM,
    STRANGER_DONE,
    STRANGER_COMPLETED,
    STRANGER_CREATED,
};

/* Appends the event. `lane` is its "stream_id" member with a comma behind it,
 * or empty. */
void stranger_write(enum stranger stranger, int64_t sequence, struct str lane,
                    struct buf *out);

#endif
