/* Makes syncs take as long as on a real disk, at random, so that what happens between them happens in any order.

   Preloaded (LD_PRELOAD) into the daemon. SLOW_DISK is the longest a sync takes, in microseconds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned int longest;

__attribute__((constructor)) static void begin(void) {
    const char *wanted = getenv("SLOW_DISK");
    if (wanted) longest = (unsigned int)atoi(wanted);
    srandom((unsigned int)getpid());
}

static void wait_for_disk(void) {
    if (longest) usleep((useconds_t)(random() % longest));
}

#define SYNC(name) \
    int name(int descriptor) { \
        static int (*next)(int); \
        if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, #name); \
        wait_for_disk(); \
        return next(descriptor); \
    }
SYNC(fsync)
SYNC(fdatasync)
