/*
 * What shim.c has in place of a C library: the start of a program, system calls, and the functions on memory that a
 * compiler takes for given. Constants and structures are the kernel's own, from its headers for programs.
 *
 * x86_64: System V psABI, 3.4.1 (the stack at the start, rsp a multiple of 16) and A.2.1 (system calls).
 * aarch64: the same layout of the stack (the kernel's fs/binfmt_elf.c), sp a multiple of 16 (AAPCS64, 6.4.5), and system
 * calls as syscall(2) has them. Numbers of calls: <asm/unistd.h>; both tables have each that is used here.
 */
#include <stddef.h>
#include <stdint.h>

#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/signal.h>
#include <linux/un.h>

/* No header for programs has them; the same on both (the kernel's include/linux/socket.h and net.h). */
#define AF_UNIX 1
#define SOCK_STREAM 1

#define STDIN 0
#define STDOUT 1
#define STDERR 2

#if defined __x86_64__
__asm__(".pushsection .text\n"
        ".globl _start\n"
        "_start:\n"
        "  xor %ebp, %ebp\n" /* the outermost frame */
        "  mov %rsp, %rdi\n"
        "  call start\n"
        ".popsection\n");

/* The result, or the negative number of an error. */
static inline long system_call(long number, long a, long b, long c, long d, long e) {
  register long fourth __asm__("r10") = d;
  register long fifth __asm__("r8") = e;
  register long sixth __asm__("r9") = 0;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined __aarch64__
__asm__(".pushsection .text\n"
        ".globl _start\n"
        "_start:\n"
        "  mov x29, #0\n" /* the outermost frame */
        "  mov x30, #0\n"
        "  mov x0, sp\n"
        "  bl start\n"
        ".popsection\n");

/* The result, or the negative number of an error. */
static inline long system_call(long number, long a, long b, long c, long d, long e) {
  register long call __asm__("x8") = number;
  register long first __asm__("x0") = a;
  register long second __asm__("x1") = b;
  register long third __asm__("x2") = c;
  register long fourth __asm__("x3") = d;
  register long fifth __asm__("x4") = e;
  register long sixth __asm__("x5") = 0;
  __asm__ volatile("svc #0"
                   : "+r"(first)
                   : "r"(call), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "memory");
  return first;
}
#else
#error "the shim is for x86_64 and aarch64: another machine needs its _start and system_call here"
#endif

/* Calls by their names in section 2 of the manual. What they give is system_call's. */
static inline long sys_read(int fd, void *to, size_t length) {
  return system_call(__NR_read, fd, (long)to, (long)length, 0, 0);
}

static inline long sys_write(int fd, const void *from, size_t length) {
  return system_call(__NR_write, fd, (long)from, (long)length, 0, 0);
}

static inline long sys_open(const char *path, int flags, int mode) {
  return system_call(__NR_openat, AT_FDCWD, (long)path, flags, mode, 0);
}

static inline long sys_mkdir(const char *path, int mode) {
  return system_call(__NR_mkdirat, AT_FDCWD, (long)path, mode, 0, 0);
}

static inline long sys_rename(const char *from, const char *to) {
  return system_call(__NR_renameat, AT_FDCWD, (long)from, AT_FDCWD, (long)to, 0);
}

static inline long sys_unlink(const char *path) {
  return system_call(__NR_unlinkat, AT_FDCWD, (long)path, 0, 0, 0);
}

static inline long sys_fsync(int fd) { return system_call(__NR_fsync, fd, 0, 0, 0, 0); }

static inline long sys_getpid(void) { return system_call(__NR_getpid, 0, 0, 0, 0, 0); }

static inline long sys_socket(int family, int type) {
  return system_call(__NR_socket, family, type, 0, 0, 0);
}

static inline long sys_connect(int fd, const struct sockaddr_un *address) {
  return system_call(__NR_connect, fd, (long)address, sizeof *address, 0, 0);
}

/* Signals that find no handler stay as they are. */
static inline long sys_ignore(int signal) {
  struct sigaction action = {.sa_handler = SIG_IGN};
  return system_call(__NR_rt_sigaction, signal, (long)&action, 0, sizeof action.sa_mask, 0);
}

/* Pages of zeros that are nobody else's. */
static inline long sys_map(size_t length) {
  return system_call(__NR_mmap, 0, (long)length, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

/* The same pages and more of them, moved where they find room. */
static inline long sys_remap(void *bytes, size_t from, size_t to) {
  return system_call(__NR_mremap, (long)bytes, (long)from, (long)to, MREMAP_MAYMOVE, 0);
}

__attribute__((noreturn)) static inline void sys_exit(int status) {
  for (;;) system_call(__NR_exit_group, status, 0, 0, 0, 0);
}

/* The empty statement keeps a compiler from making each loop a call of the function that it is in. */
void *memcpy(void *restrict to, const void *restrict from, size_t length) {
  for (size_t at = 0; at < length; at++) {
    ((char *)to)[at] = ((const char *)from)[at];
    __asm__ volatile("");
  }
  return to;
}

void *memset(void *to, int byte, size_t length) {
  for (size_t at = 0; at < length; at++) {
    ((char *)to)[at] = (char)byte;
    __asm__ volatile("");
  }
  return to;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length] != '\0') {
    length++;
    __asm__ volatile("");
  }
  return length;
}

int main(int argc, char **argv, char **environment);

/* The stack as the kernel leaves it: count of arguments, arguments, NULL, environment, NULL. */
__attribute__((noreturn, used)) static void start(char **stack) {
  int argc = (int)(long)stack[0];
  sys_exit(main(argc, stack + 1, stack + argc + 2));
}
