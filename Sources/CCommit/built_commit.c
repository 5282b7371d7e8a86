#include "built_commit.h"

#ifndef BUILT_COMMIT
#define BUILT_COMMIT ""
#endif

const char *built_commit(void) { return BUILT_COMMIT; }
