/* Linux calls that Swift's Glibc module does not show. */
#pragma once

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/xattr.h>

/* renameat2(2) with RENAME_NOREPLACE, on paths. 0, or -1 with errno; EEXIST if target exists. */
int linux_rename_no_replace(const char *source, const char *target);

/* Takes and gives back a read lease, fcntl(2) F_SETLEASE.
   0: nobody has the file open for writing; -1 with errno EAGAIN: somebody has; other errno: not permitted. */
int linux_probe_read_lease(int descriptor);

/* mallopt(3) M_ARENA_MAX: how many heaps the allocator keeps for threads; fewer fragment less. 1, or 0 on error. */
int linux_limit_malloc_arenas(int count);

/* prctl(2) PR_CAP_AMBIENT_CLEAR_ALL: programs that this thread, and threads it starts from now on, execute get none of
   its capabilities; its own stay. 0, or -1 with errno. */
int linux_keep_capabilities_to_oneself(void);

/* signal(2): from now on the signal does nothing. Unlike SIG_IGN this is not inherited by other programs. */
void linux_disregard_signal(int signal);
