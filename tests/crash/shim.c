/* Stands between the program and the C library's calls that change files: counts them, and at one of them ends the
   process as SIGKILL does, or has it fail as a bad or full disk does. Loaded with LD_PRELOAD; armed through shim_arm. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, KILL_BEFORE, KILL_AFTER, KILL_HALFWAY, FAIL_ONCE, FAIL_FROM_HERE, FULL_FROM_HERE };
enum { GO_ON, FAIL, DIE_AFTER, HALF_AND_DIE, HALF_AND_FAIL };

static volatile int armed, action, fault;
static volatile long calls, at;
static char last[32];

void shim_arm(long number, int what, int error)
{
    calls = 0; at = number; action = what; fault = error; last[0] = 0; armed = 1;
}
void shim_disarm(void) { armed = 0; }
long shim_calls(void) { return calls; }
const char *shim_last(void) { return last; }

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* takes_room: whether a full disk refuses it. Reading, removing and flushing go on there. */
static int decide(const char *name, int takes_room)
{
    if (!armed) return GO_ON;
    long number = __sync_add_and_fetch(&calls, 1);
    if (number == at) strncpy(last, name, sizeof last - 1);
    switch (action) {
    case KILL_BEFORE: if (number == at) die(); return GO_ON;
    case KILL_AFTER: return number == at ? DIE_AFTER : GO_ON;
    case KILL_HALFWAY: return number == at ? HALF_AND_DIE : GO_ON;
    case FAIL_ONCE: if (number != at) return GO_ON; break;
    case FAIL_FROM_HERE: if (number < at) return GO_ON; break;
    case FULL_FROM_HERE:
        if (number < at || !takes_room) return GO_ON;
        errno = fault; return number == at ? HALF_AND_FAIL : FAIL;
    default: return GO_ON;
    }
    errno = fault;
    return FAIL;
}

static int is_file(int fd)
{
    struct stat about;
    int kept = errno, yes = fstat(fd, &about) == 0 && (S_ISREG(about.st_mode) || S_ISDIR(about.st_mode));
    errno = kept;
    return yes;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define WHOLE(type, name, room, call) \
    do { int turn = decide(#name, room); \
         if (turn == FAIL || turn == HALF_AND_FAIL) return -1; \
         if (turn == HALF_AND_DIE) die(); \
         type done = call; \
         if (turn == DIE_AFTER) die(); \
         return done; } while (0)
#define PARTLY(name, half_call, call) \
    do { int turn = decide(#name, 1); \
         if (turn == FAIL) return -1; \
         if (turn == HALF_AND_DIE) { (void)!half_call; die(); } \
         if (turn == HALF_AND_FAIL) { int error = errno; ssize_t some = size > 1 ? half_call : -1; errno = error; return some; } \
         ssize_t done = call; \
         if (turn == DIE_AFTER) die(); \
         return done; } while (0)

ssize_t write(int fd, const void *from, size_t size)
{
    if (!armed || !is_file(fd)) return REAL(write)(fd, from, size);
    PARTLY(write, REAL(write)(fd, from, size / 2), REAL(write)(fd, from, size));
}
ssize_t pwrite(int fd, const void *from, size_t size, off_t place)
{
    PARTLY(pwrite, REAL(pwrite)(fd, from, size / 2, place), REAL(pwrite)(fd, from, size, place));
}
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t place)
{
    PARTLY(pwrite64, REAL(pwrite64)(fd, from, size / 2, place), REAL(pwrite64)(fd, from, size, place));
}
ssize_t sendfile(int to, int from, off_t *place, size_t size)
{
    PARTLY(sendfile, REAL(sendfile)(to, from, place, size / 2), REAL(sendfile)(to, from, place, size));
}
ssize_t sendfile64(int to, int from, off64_t *place, size_t size)
{
    PARTLY(sendfile64, REAL(sendfile64)(to, from, place, size / 2), REAL(sendfile64)(to, from, place, size));
}
int ftruncate(int fd, off_t size) { WHOLE(int, ftruncate, 1, REAL(ftruncate)(fd, size)); }
int ftruncate64(int fd, off64_t size) { WHOLE(int, ftruncate64, 1, REAL(ftruncate64)(fd, size)); }
int fsync(int fd)
{
    if (!armed || !is_file(fd)) return REAL(fsync)(fd);
    WHOLE(int, fsync, 0, REAL(fsync)(fd));
}
int fdatasync(int fd) { WHOLE(int, fdatasync, 0, REAL(fdatasync)(fd)); }
int rename(const char *from, const char *to) { WHOLE(int, rename, 0, REAL(rename)(from, to)); }
int renameat(int a, const char *from, int b, const char *to) { WHOLE(int, renameat, 0, REAL(renameat)(a, from, b, to)); }
int unlink(const char *path) { WHOLE(int, unlink, 0, REAL(unlink)(path)); }
int unlinkat(int folder, const char *path, int flags) { WHOLE(int, unlinkat, 0, REAL(unlinkat)(folder, path, flags)); }
int rmdir(const char *path) { WHOLE(int, rmdir, 0, REAL(rmdir)(path)); }
int mkdir(const char *path, mode_t mode) { WHOLE(int, mkdir, 1, REAL(mkdir)(path, mode)); }

/* Opening counts where it makes or empties a file. */
#define OPENING(name, call) \
    mode_t mode = 0; \
    if (flags & O_CREAT) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); } \
    if (!armed || !(flags & (O_CREAT | O_TRUNC))) return call; \
    WHOLE(int, name, 1, call)

int open(const char *path, int flags, ...) { OPENING(open, REAL(open)(path, flags, mode)); }
int open64(const char *path, int flags, ...) { OPENING(open64, REAL(open64)(path, flags, mode)); }
int openat(int folder, const char *path, int flags, ...) { OPENING(openat, REAL(openat)(folder, path, flags, mode)); }
int openat64(int folder, const char *path, int flags, ...) { OPENING(openat64, REAL(openat64)(folder, path, flags, mode)); }
