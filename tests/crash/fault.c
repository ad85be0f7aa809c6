/* Counts and logs every call by which a process changes the files below a folder, and at one of
 * them does what a bad day does: the process dies, the disk fails, or it is full.
 *
 * Loaded with LD_PRELOAD, so that it sees SQLite's calls as well as Python's. It does nothing until
 * fault_arm() is called, or STORYKEEP_FAULT is set ("root|trace|at|how|data").
 *
 * A line of the trace is: number, kind, what was done to it, size or length, offset, result, the
 * data file's offset, path, second path; apart by tabs. Number 0 is not counted: it is only told.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define LONGEST 4096

static char root[LONGEST];
static size_t root_length;
static int trace_fd = -1, data_fd = -1;
static long fault_at, counted, data_at;
static char how[16];
static int broken; /* the fault was one that lasts */
static pid_t armed_pid;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* What becomes of one call. */
enum fate { GO, DIE_BEFORE, DIE_HALF, DIE_AFTER, FAIL_EIO, FAIL_ENOSPC, SHORT };

struct call {
  const char *kind, *path, *path2;
  long size, offset; /* offset -1: where the file stands */
  int grows;         /* needs room on the disk */
  enum fate fate;
  long number;
  const char *done;
};

static int raw_open(const char *path, int flags) {
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0666);
}

void fault_arm(const char *folder, const char *trace, long at, const char *mode, const char *data) {
  snprintf(root, sizeof root, "%s", folder);
  root_length = strlen(root);
  trace_fd = raw_open(trace, O_WRONLY | O_CREAT | O_APPEND);
  data_fd = data && *data ? raw_open(data, O_WRONLY | O_CREAT | O_APPEND) : -1;
  fault_at = at;
  counted = data_at = broken = 0;
  snprintf(how, sizeof how, "%s", mode);
  armed_pid = getpid();
}

__attribute__((constructor)) static void arm_from_environment(void) {
  const char *told = getenv("STORYKEEP_FAULT");
  if (!told) return;
  char text[3 * LONGEST], *at = text, *field[5];
  snprintf(text, sizeof text, "%s", told);
  for (int n = 0; n < 5; n++)
    if (!(field[n] = strsep(&at, "|"))) return;
  fault_arm(field[0], field[1], atol(field[2]), field[3], field[4]);
  unsetenv("STORYKEEP_FAULT"); /* a child of this process is not counted */
}

static int watched(const char *path) {
  return armed_pid && armed_pid == getpid() && !strncmp(path, root, root_length) &&
         (path[root_length] == '/' || !path[root_length]);
}

/* The absolute path of *path* seen from *folder*; "" where it is not to be watched. */
static void absolute(int folder, const char *path, char *out) {
  char base[LONGEST] = "", link[64];
  if (path[0] == '/') {
    snprintf(out, LONGEST, "%s", path);
  } else {
    if (folder == AT_FDCWD)
      snprintf(link, sizeof link, "/proc/self/cwd");
    else
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t n = readlink(link, base, sizeof base - 1);
    if (n < 0) n = 0;
    base[n] = 0;
    if ((size_t)snprintf(out, LONGEST, "%s/%s", base, path) >= LONGEST) out[0] = 0;
  }
}

static void path_of(int fd, char *out) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, out, LONGEST - 1);
  out[n < 0 ? 0 : n] = 0;
}

static void tell(const struct call *c, long result, long data) {
  char text[3 * LONGEST];
  int n = snprintf(text, sizeof text, "%ld\t%s\t%s\t%ld\t%ld\t%ld\t%ld\t%s\t%s\n", c->number, c->kind,
                   c->done, c->size, c->offset, result, data, c->path, c->path2 ? c->path2 : "");
  syscall(SYS_write, trace_fd, text, (size_t)n);
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

static long keep(const void *bytes, long size) {
  if (data_fd < 0 || size <= 0) return -1;
  long at = data_at;
  syscall(SYS_write, data_fd, bytes, (size_t)size);
  data_at += size;
  return at;
}

/* Called with the lock held: numbers the call and decides its fate. */
static void begin(struct call *c) {
  c->number = ++counted;
  c->fate = GO;
  c->done = "-";
  if (broken) {
    if (!strcmp(how, "gone"))
      c->fate = FAIL_EIO;
    else if (c->grows)
      c->fate = FAIL_ENOSPC;
  } else if (c->number == fault_at) {
    c->done = how;
    if (!strcmp(how, "before")) c->fate = DIE_BEFORE;
    if (!strcmp(how, "half")) c->fate = DIE_HALF;
    if (!strcmp(how, "after")) c->fate = DIE_AFTER;
    if (!strcmp(how, "eio")) c->fate = FAIL_EIO;
    if (!strcmp(how, "enospc")) c->fate = FAIL_ENOSPC;
    if (!strcmp(how, "short")) c->fate = SHORT;
    if (!strcmp(how, "gone")) broken = 1, c->fate = FAIL_EIO;
    /* A disk that fills takes what still fits, and then nothing. */
    if (!strcmp(how, "full")) broken = 1, c->fate = c->size > 1 ? SHORT : FAIL_ENOSPC;
  }
  if (c->fate == DIE_BEFORE) {
    tell(c, -1, -1);
    die();
  }
}

static int refused(const struct call *c) {
  if (c->fate == FAIL_EIO) errno = EIO;
  if (c->fate == FAIL_ENOSPC) errno = ENOSPC;
  if (c->fate != FAIL_EIO && c->fate != FAIL_ENOSPC) return 0;
  tell(c, -1, -1);
  return 1;
}

static long finish(const struct call *c, long result, long data) {
  int saved = errno;
  tell(c, result, data);
  if (c->fate == DIE_AFTER || c->fate == DIE_HALF) die();
  errno = saved;
  return result;
}


/* ---- writing */

static ssize_t write_some(int fd, const void *bytes, size_t size, off_t at, const char *kind) {
  char path[LONGEST] = "";
  if (armed_pid && (fd == 1 || fd == 2)) {
    struct call told = {.kind = "say", .path = fd == 2 ? "stderr" : "stdout", .size = (long)size,
                        .offset = -1, .done = "-"};
    ssize_t n = syscall(SYS_write, fd, bytes, size);
    tell(&told, n, -1);
    return n;
  }
  if (armed_pid) path_of(fd, path);
  if (!watched(path))
    return at < 0 ? syscall(SYS_write, fd, bytes, size) : syscall(SYS_pwrite64, fd, bytes, size, at);
  struct call c = {.kind = kind, .path = path, .size = (long)size, .offset = (long)at, .grows = 1};
  pthread_mutex_lock(&lock);
  begin(&c);
  ssize_t n = -1;
  if (!refused(&c)) {
    if ((c.fate == DIE_HALF || c.fate == SHORT) && size > 1) size /= 2;
    if (at < 0 && data_fd >= 0) {
      int append = fcntl(fd, F_GETFL) & O_APPEND;
      c.offset = lseek(fd, 0, append ? SEEK_END : SEEK_CUR);
    }
    n = at < 0 ? syscall(SYS_write, fd, bytes, size) : syscall(SYS_pwrite64, fd, bytes, size, at);
    n = finish(&c, n, keep(bytes, n));
  }
  pthread_mutex_unlock(&lock);
  return n;
}

ssize_t write(int fd, const void *bytes, size_t size) {
  return write_some(fd, bytes, size, -1, "write");
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  return write_some(fd, bytes, size, at, "write");
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  return write_some(fd, bytes, size, at, "write");
}

/* As write() of the first piece that is not empty: a short answer, which every caller must bear. */
ssize_t writev(int fd, const struct iovec *pieces, int count) {
  char path[LONGEST] = "";
  if (armed_pid) path_of(fd, path);
  if (!watched(path)) return syscall(SYS_writev, fd, pieces, count);
  for (int n = 0; n < count; n++)
    if (pieces[n].iov_len) return write_some(fd, pieces[n].iov_base, pieces[n].iov_len, -1, "write");
  return 0;
}

/* Copying within the kernel is refused, so that the caller falls back to writes. */
ssize_t sendfile(int out, int in, off_t *at, size_t size) {
  char path[LONGEST] = "";
  if (armed_pid) path_of(out, path);
  if (!watched(path)) return syscall(SYS_sendfile, out, in, at, size);
  errno = ENOSYS;
  return -1;
}

ssize_t sendfile64(int out, int in, off64_t *at, size_t size) { return sendfile(out, in, at, size); }

ssize_t copy_file_range(int in, off64_t *at, int out, off64_t *to, size_t size, unsigned flags) {
  char path[LONGEST] = "";
  if (armed_pid) path_of(out, path);
  if (!watched(path)) return syscall(SYS_copy_file_range, in, at, out, to, size, flags);
  errno = ENOSYS;
  return -1;
}

/* ---- forcing, cutting */

#define ON_FD(kind_, type, real_call, size_, grows_)                                 \
  char path[LONGEST] = "";                                                                 \
  if (armed_pid) path_of(fd, path);                                                        \
  if (!watched(path)) return real_call;                                                    \
  struct call c = {.kind = kind_, .path = path, .size = size_, .offset = -1, .grows = grows_}; \
  pthread_mutex_lock(&lock);                                                               \
  begin(&c);                                                                               \
  long n = refused(&c) ? -1 : finish(&c, real_call, -1);                                   \
  pthread_mutex_unlock(&lock);                                                             \
  return (type)n

int fsync(int fd) { ON_FD("fsync", int, syscall(SYS_fsync, fd), 0, 0); }
int fdatasync(int fd) { ON_FD("fsync", int, syscall(SYS_fdatasync, fd), 0, 0); }
int ftruncate(int fd, off_t size) {
  ON_FD("ftruncate", int, syscall(SYS_ftruncate, fd, size), (long)size, 0);
}
int ftruncate64(int fd, off64_t size) {
  ON_FD("ftruncate", int, syscall(SYS_ftruncate, fd, size), (long)size, 0);
}

/* ---- names */

#define ON_PATH(kind_, folder, name, real_call, second, grows_)                                  \
  char path[LONGEST] = "";                                                                       \
  if (armed_pid) absolute(folder, name, path);                                                   \
  if (!watched(path)) return real_call;                                                          \
  struct call c = {.kind = kind_, .path = path, .path2 = second, .offset = -1, .grows = grows_}; \
  pthread_mutex_lock(&lock);                                                                     \
  begin(&c);                                                                                     \
  long n = refused(&c) ? -1 : finish(&c, real_call, -1);                                         \
  pthread_mutex_unlock(&lock);                                                                   \
  return (int)n

int rename(const char *from, const char *to) {
  char target[LONGEST];
  absolute(AT_FDCWD, to, target);
  ON_PATH("rename", AT_FDCWD, from, syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to), target, 0);
}

int renameat(int folder, const char *from, int folder2, const char *to) {
  char target[LONGEST];
  absolute(folder2, to, target);
  ON_PATH("rename", folder, from, syscall(SYS_renameat, folder, from, folder2, to), target, 0);
}

int link(const char *from, const char *to) {
  char target[LONGEST];
  absolute(AT_FDCWD, to, target);
  ON_PATH("link", AT_FDCWD, from, syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0), target, 1);
}

int unlink(const char *name) {
  ON_PATH("unlink", AT_FDCWD, name, syscall(SYS_unlinkat, AT_FDCWD, name, 0), NULL, 0);
}

int unlinkat(int folder, const char *name, int flags) {
  ON_PATH("unlink", folder, name, syscall(SYS_unlinkat, folder, name, flags), NULL, 0);
}

static int is_there(int folder, const char *name) {
  return !syscall(SYS_faccessat, folder, name, F_OK);
}

/* A folder that is there already is not made: no change, no point to fail at. */
int mkdir(const char *name, mode_t mode) {
  if (is_there(AT_FDCWD, name)) return errno = EEXIST, -1;
  ON_PATH("mkdir", AT_FDCWD, name, syscall(SYS_mkdirat, AT_FDCWD, name, mode), NULL, 1);
}

int mkdirat(int folder, const char *name, mode_t mode) {
  if (is_there(folder, name)) return errno = EEXIST, -1;
  ON_PATH("mkdir", folder, name, syscall(SYS_mkdirat, folder, name, mode), NULL, 1);
}

/* Opening is a change where it makes a file or empties one. */
static int open_some(int folder, const char *name, int flags, mode_t mode) {
  char path[LONGEST] = "";
  int nameless = (flags & O_TMPFILE) == O_TMPFILE;
  if (armed_pid) absolute(folder, name, path);
  if (!watched(path)) return (int)syscall(SYS_openat, folder, name, flags, mode);
  int there = is_there(folder, name);
  const char *kind = NULL;
  if (nameless || ((flags & O_CREAT) && !there)) kind = "create";
  if (there && (flags & O_TRUNC)) kind = "empty";
  if (!kind) return (int)syscall(SYS_openat, folder, name, flags, mode);
  struct call c = {.kind = kind, .path = path, .offset = -1, .grows = 1};
  pthread_mutex_lock(&lock);
  begin(&c);
  long n = refused(&c) ? -1 : finish(&c, syscall(SYS_openat, folder, name, flags, mode), -1);
  pthread_mutex_unlock(&lock);
  return (int)n;
}

#define OPENING(folder)                                     \
  mode_t mode = 0;                                          \
  if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) { \
    va_list rest;                                           \
    va_start(rest, flags);                                  \
    mode = (mode_t)va_arg(rest, int);                       \
    va_end(rest);                                           \
  }                                                         \
  return open_some(folder, name, flags, mode)

int open(const char *name, int flags, ...) { OPENING(AT_FDCWD); }
int open64(const char *name, int flags, ...) { OPENING(AT_FDCWD); }
int openat(int folder, const char *name, int flags, ...) { OPENING(folder); }
int openat64(int folder, const char *name, int flags, ...) { OPENING(folder); }
