#define _GNU_SOURCE
#include "linux_calls.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>

int linux_rename_no_replace(const char *source, const char *target) {
    return renameat2(AT_FDCWD, source, AT_FDCWD, target, RENAME_NOREPLACE);
}

int linux_probe_read_lease(int descriptor) {
    if (fcntl(descriptor, F_SETLEASE, F_RDLCK) != 0) return -1;
    return fcntl(descriptor, F_SETLEASE, F_UNLCK);
}

int linux_limit_malloc_arenas(int count) {
    return mallopt(M_ARENA_MAX, count);
}

int linux_keep_capabilities_to_oneself(void) {
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static void disregard(int signal) {
    (void)signal;
}

void linux_disregard_signal(int number) {
    signal(number, disregard);
}
