/* Records every change that a program makes to the files under a directory, in the order in which they happen.

   Preloaded (LD_PRELOAD) into the daemon and into those that drop files. RECORDER_ROOT names the directory,
   RECORDER_LOG the file that is appended to. disk.py reads it and works out what a power cut may leave.

   A change and its record are made under one lock, which other processes share, so that the order of records is
   the order of changes. Syncs are recorded and not carried out: the kernel is not what is tested.

   While the file that RECORDER_FAILING names is there, syncs of the directory whose path it holds fail with EIO. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* fortified headers define some of these as inline functions */
#undef open
#undef open64
#undef openat
#undef openat64

#define MOST_DESCRIPTORS 65536

struct record {
    uint32_t kind; /* one of the letters below */
    uint32_t name_length, second_name_length, data_length;
    uint64_t node, directory, second_directory; /* inode numbers */
    int64_t offset;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int log_descriptor = -1;
static pid_t owner;
/* The inode number of every tracked descriptor, 0 for others. */
static volatile uint64_t nodes[MOST_DESCRIPTORS];

#define NEXT(name) \
    static __typeof__(name) *next; \
    if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static ssize_t next_write(int descriptor, const void *bytes, size_t count) {
    NEXT(write);
    return next(descriptor, bytes, count);
}

__attribute__((constructor)) static void begin(void) {
    const char *directory = getenv("RECORDER_ROOT"), *log = getenv("RECORDER_LOG");
    /* Engines are not recorded. */
    unsetenv("LD_PRELOAD");
    if (!directory || !log || !realpath(directory, root)) return;
    root_length = strlen(root);
    int (*open_function)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    int descriptor = open_function(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) { perror(log); abort(); }
    /* Out of the way of programs that close all low descriptors. */
    log_descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 900);
    close(descriptor);
    owner = getpid();
}

/* Between fork and exec nothing is recorded, and no lock is taken. */
static int is_active(void) { return log_descriptor >= 0 && getpid() == owner; }

static void lock(void) {
    pthread_mutex_lock(&mutex);
    flock(log_descriptor, LOCK_EX);
}

static void unlock(void) {
    int code = errno;
    flock(log_descriptor, LOCK_UN);
    pthread_mutex_unlock(&mutex);
    errno = code;
}

static void put(char kind, uint64_t node, uint64_t directory, const char *name, uint64_t second_directory,
                const char *second_name, int64_t offset, const void *data, size_t length) {
    int code = errno;
    struct record record = {
        (uint32_t)kind, name ? strlen(name) : 0, second_name ? strlen(second_name) : 0, length,
        node, directory, second_directory, offset,
    };
    struct iovec parts[] = {
        {&record, sizeof record}, {(void *)name, record.name_length},
        {(void *)second_name, record.second_name_length}, {(void *)data, length},
    };
    NEXT(writev);
    ssize_t expected = sizeof record + record.name_length + record.second_name_length + length;
    if (next(log_descriptor, parts, 4) != expected) abort();
    errno = code;
}

/* The absolute path in `out`; whether it is below the root. */
static int resolve(int directory, const char *path, char *out) {
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
    } else {
        char base[PATH_MAX], link[64];
        if (directory == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) return 0;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
            ssize_t length = readlink(link, base, sizeof base - 1);
            if (length < 0) return 0;
            base[length] = 0;
        }
        if (snprintf(out, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
    }
    return strncmp(out, root, root_length) == 0 && out[root_length] == '/';
}

static uint64_t node_of(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 ? status.st_ino : 0;
}

static uint64_t parent_of(const char *path) {
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (slash) *slash = 0;
    return node_of(parent);
}

static const char *name_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static uint64_t tracked(int descriptor) {
    return descriptor >= 0 && descriptor < MOST_DESCRIPTORS ? nodes[descriptor] : 0;
}

static void forget(int descriptor) {
    if (descriptor >= 0 && descriptor < MOST_DESCRIPTORS) nodes[descriptor] = 0;
}

static int record_open(int (*next)(int, const char *, int, ...), int directory, const char *path, int flags,
                       mode_t mode) {
    char full[PATH_MAX];
    if (!is_active() || !resolve(directory, path, full)) {
        int descriptor = next(directory, path, flags, mode);
        if (is_active()) forget(descriptor);
        return descriptor;
    }
    lock();
    int existed = node_of(full) != 0;
    int descriptor = next(directory, path, flags, mode);
    struct stat status;
    if (descriptor >= 0 && fstat(descriptor, &status) == 0) {
        int is_file = S_ISREG(status.st_mode);
        if (descriptor < MOST_DESCRIPTORS) nodes[descriptor] = is_file || S_ISDIR(status.st_mode) ? status.st_ino : 0;
        if (is_file && !existed)
            put('C', status.st_ino, parent_of(full), name_of(full), 0, NULL, 0, NULL, 0);
        else if (is_file && flags & O_TRUNC)
            put('T', status.st_ino, 0, NULL, 0, NULL, 0, NULL, 0);
    }
    unlock();
    return descriptor;
}

#define OPEN_MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { \
        va_list list; \
        va_start(list, flags); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    }

static int next_openat(int directory, const char *path, int flags, ...) {
    OPEN_MODE
    NEXT(openat64);
    return next(directory, path, flags, mode);
}

int open(const char *path, int flags, ...) { OPEN_MODE return record_open(next_openat, AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { OPEN_MODE return record_open(next_openat, AT_FDCWD, path, flags, mode); }
int openat(int directory, const char *path, int flags, ...) {
    OPEN_MODE return record_open(next_openat, directory, path, flags, mode);
}
int openat64(int directory, const char *path, int flags, ...) {
    OPEN_MODE return record_open(next_openat, directory, path, flags, mode);
}
int __open_2(const char *path, int flags) { return record_open(next_openat, AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return record_open(next_openat, AT_FDCWD, path, flags, 0); }
int creat(const char *path, mode_t mode) {
    return record_open(next_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int close(int descriptor) {
    NEXT(close);
    if (is_active()) forget(descriptor);
    return next(descriptor);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    uint64_t node = is_active() ? tracked(descriptor) : 0;
    if (!node) return next_write(descriptor, bytes, count);
    lock();
    struct stat status;
    int appends = fcntl(descriptor, F_GETFL) & O_APPEND;
    int64_t offset = appends && fstat(descriptor, &status) == 0 ? status.st_size : lseek(descriptor, 0, SEEK_CUR);
    ssize_t written = next_write(descriptor, bytes, count);
    if (written > 0) put('W', node, 0, NULL, 0, NULL, offset, bytes, written);
    unlock();
    return written;
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    uint64_t node = is_active() ? tracked(descriptor) : 0;
    NEXT(writev);
    if (!node) return next(descriptor, parts, count);
    ssize_t sum = 0;
    for (int index = 0; index < count; index++) {
        ssize_t written = write(descriptor, parts[index].iov_base, parts[index].iov_len);
        if (written < 0) return sum ? sum : -1;
        sum += written;
        if ((size_t)written < parts[index].iov_len) break;
    }
    return sum;
}

static ssize_t record_pwrite(int descriptor, const void *bytes, size_t count, off64_t offset) {
    NEXT(pwrite64);
    uint64_t node = is_active() ? tracked(descriptor) : 0;
    if (!node) return next(descriptor, bytes, count, offset);
    lock();
    ssize_t written = next(descriptor, bytes, count, offset);
    if (written > 0) put('W', node, 0, NULL, 0, NULL, offset, bytes, written);
    unlock();
    return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return record_pwrite(descriptor, bytes, count, offset);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return record_pwrite(descriptor, bytes, count, offset);
}

static int record_ftruncate(int descriptor, off64_t size) {
    NEXT(ftruncate64);
    uint64_t node = is_active() ? tracked(descriptor) : 0;
    if (!node) return next(descriptor, size);
    lock();
    int result = next(descriptor, size);
    if (result == 0) put('T', node, 0, NULL, 0, NULL, size, NULL, 0);
    unlock();
    return result;
}

int ftruncate(int descriptor, off_t size) { return record_ftruncate(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) { return record_ftruncate(descriptor, size); }

/* Whether a sync is to fail; sets errno then. */
static int sync_fails(int descriptor) {
    const char *name = getenv("RECORDER_FAILING");
    FILE *file = name ? fopen(name, "re") : NULL;
    char directory[PATH_MAX] = "", real[PATH_MAX], link[64], path[PATH_MAX];
    if (!file) return 0;
    size_t count = fread(directory, 1, sizeof directory - 1, file);
    fclose(file);
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!count || length < 0 || !realpath(directory, real)) return 0;
    path[length] = 0;
    if (strcmp(path, real) != 0) return 0;
    errno = EIO;
    return 1;
}

static int record_sync(int descriptor, int (*next)(int)) {
    uint64_t node = is_active() ? tracked(descriptor) : 0;
    if (!node) return next(descriptor);
    int code = errno;
    if (sync_fails(descriptor)) return -1;
    errno = code;
    lock();
    put('F', node, 0, NULL, 0, NULL, 0, NULL, 0);
    unlock();
    return 0;
}

int fsync(int descriptor) {
    NEXT(fsync);
    return record_sync(descriptor, next);
}
int fdatasync(int descriptor) {
    NEXT(fdatasync);
    return record_sync(descriptor, next);
}

int renameat2(int from, const char *source, int to, const char *target, unsigned int flags) {
    NEXT(renameat2);
    char full_source[PATH_MAX], full_target[PATH_MAX];
    if (!is_active() || !resolve(from, source, full_source) || !resolve(to, target, full_target))
        return next(from, source, to, target, flags);
    lock();
    uint64_t node = node_of(full_source), source_parent = parent_of(full_source);
    int result = next(from, source, to, target, flags);
    if (result == 0)
        put('R', node, source_parent, name_of(full_source), parent_of(full_target), name_of(full_target), 0, NULL, 0);
    unlock();
    return result;
}

int renameat(int from, const char *source, int to, const char *target) { return renameat2(from, source, to, target, 0); }
int rename(const char *source, const char *target) { return renameat2(AT_FDCWD, source, AT_FDCWD, target, 0); }

int unlinkat(int directory, const char *path, int flags) {
    NEXT(unlinkat);
    char full[PATH_MAX];
    if (!is_active() || !resolve(directory, path, full)) return next(directory, path, flags);
    lock();
    uint64_t node = node_of(full), parent = parent_of(full);
    int result = next(directory, path, flags);
    if (result == 0) put('U', node, parent, name_of(full), 0, NULL, 0, NULL, 0);
    unlock();
    return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
    int result = unlink(path);
    return result != 0 && (errno == EISDIR || errno == EPERM) ? rmdir(path) : result;
}

int mkdirat(int directory, const char *path, mode_t mode) {
    NEXT(mkdirat);
    char full[PATH_MAX];
    if (!is_active() || !resolve(directory, path, full)) return next(directory, path, mode);
    lock();
    int result = next(directory, path, mode);
    if (result == 0) put('M', node_of(full), parent_of(full), name_of(full), 0, NULL, 0, NULL, 0);
    unlock();
    return result;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
