/* Makes writes below a directory fail as those on a failing disk or beyond a quota do.

   Preloaded (LD_PRELOAD) into the daemon. FAILING_DISK names the directory; while the file that FAILING_DISK_ERROR
   names exists, every write and sync of a file below the directory, and every file made there, fails with the error
   number that the file holds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* fortified headers define some of these as inline functions */
#undef open
#undef open64

static char directory[PATH_MAX];
static size_t length;
static const char *switch_file;

__attribute__((constructor)) static void begin(void) {
    const char *wanted = getenv("FAILING_DISK");
    switch_file = getenv("FAILING_DISK_ERROR");
    /* Engines write as they like. */
    unsetenv("LD_PRELOAD");
    if (wanted && switch_file && realpath(wanted, directory)) length = strlen(directory);
}

static int is_below(const char *path) {
    return length && strncmp(path, directory, length) == 0 && (path[length] == '/' || !path[length]);
}

/* Whether the disk fails now; sets errno then. */
static int fails(void) {
    FILE *file = fopen(switch_file, "re");
    int number = 0;
    if (!file) return 0;
    if (fscanf(file, "%d", &number) != 1) number = EIO;
    fclose(file);
    errno = number;
    return 1;
}

static int path_fails(const char *path) {
    int before = errno;
    if (is_below(path) && fails()) return 1;
    errno = before;
    return 0;
}

static int descriptor_fails(int descriptor) {
    char link[32], path[PATH_MAX];
    int before = errno;
    if (!length) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t count = readlink(link, path, sizeof path - 1);
    errno = before;
    if (count <= 0) return 0;
    path[count] = 0;
    return path_fails(path);
}

#define NEXT(name) \
    static __typeof__(name) *next; \
    if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t write(int descriptor, const void *bytes, size_t count) {
    NEXT(write);
    return descriptor_fails(descriptor) ? -1 : next(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    NEXT(pwrite);
    return descriptor_fails(descriptor) ? -1 : next(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    NEXT(pwrite64);
    return descriptor_fails(descriptor) ? -1 : next(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
    NEXT(fsync);
    return descriptor_fails(descriptor) ? -1 : next(descriptor);
}

int fdatasync(int descriptor) {
    NEXT(fdatasync);
    return descriptor_fails(descriptor) ? -1 : next(descriptor);
}

int rename(const char *from, const char *to) {
    NEXT(rename);
    return path_fails(to) ? -1 : next(from, to);
}

int mkdir(const char *path, mode_t mode) {
    NEXT(mkdir);
    return path_fails(path) ? -1 : next(path, mode);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        NEXT(name); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | __O_TMPFILE)) { \
            va_list arguments; \
            va_start(arguments, flags); \
            mode = va_arg(arguments, mode_t); \
            va_end(arguments); \
        } \
        return (flags & O_CREAT) && path_fails(path) ? -1 : next(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)
