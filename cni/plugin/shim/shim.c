/*
 * The CNI plugin that stands on a node: it hands its name, environment and stdin to the agent's socket and gives back
 * what the agent says. The other end is cni/agent/server/frames.ts. Without an agent it answers VERSION itself, fails
 * ADD with 11 (try again later) and STATUS with 50 (not available), and writes DEL down for the agent to do later.
 * It starts once for each call, and the start of a C library would take longer than all the rest: system.h stands in its
 * place (docs/decisions/0008). Files stay open and memory taken until the process ends, which is soon.
 */
#include "system.h"

#ifndef SOCKET_PATH
#define SOCKET_PATH "/run/fairlead/cni.sock"
#endif
#ifndef PENDING_PATH
#define PENDING_PATH "/var/lib/fairlead/cni/pending"
#endif
/* "FLC1": changes with the format of frames. */
#define MAGIC 0x464c4331u
#define LONGEST_ANSWER (64u << 20)
/* Calls and answers are mostly shorter, and then need no memory but the stack. */
#define USUAL_ROOM 16384

/* Bytes that grow: first in an array of the caller, then in pages of their own. */
struct buffer {
  char *bytes;
  size_t length, capacity;
  int is_mapped;
};

#define BUFFER_IN(array) ((struct buffer){.bytes = (array), .capacity = sizeof(array)})

__attribute__((noreturn)) static void die(const char *what, long error);

static void reserve(struct buffer *in, size_t more) {
  if (more <= in->capacity - in->length) return;
  size_t capacity = in->length + more;
  if (capacity < in->capacity * 2) capacity = in->capacity * 2;
  long pages =
      in->is_mapped ? sys_remap(in->bytes, in->capacity, capacity) : sys_map(capacity);
  if (pages < 0) die("memory", pages);
  if (!in->is_mapped) memcpy((char *)pages, in->bytes, in->length);
  *in = (struct buffer){(char *)pages, in->length, capacity, 1};
}

static void append(struct buffer *to, const void *bytes, size_t length) {
  reserve(to, length);
  memcpy(to->bytes + to->length, bytes, length);
  to->length += length;
}

static void append_string(struct buffer *to, const char *string) {
  append(to, string, strlen(string));
}

static void append_digits(struct buffer *to, uint64_t number, unsigned base, int least) {
  char digits[20];
  int at = sizeof digits;
  for (; number > 0 || least > 0; number /= base, least--)
    digits[--at] = "0123456789abcdef"[number % base];
  append(to, digits + at, sizeof digits - (size_t)at);
}

/* In network order. */
static void put_number(char *to, uint32_t number) {
  for (int byte = 0; byte < 4; byte++) to[byte] = (char)(number >> (24 - 8 * byte));
}

static uint32_t number_at(const char *from) {
  uint32_t number = 0;
  for (int byte = 0; byte < 4; byte++) number = number << 8 | (unsigned char)from[byte];
  return number;
}

static void append_number(struct buffer *to, uint32_t number) {
  char bytes[4];
  put_number(bytes, number);
  append(to, bytes, sizeof bytes);
}

static void append_text(struct buffer *to, const char *string) {
  size_t length = strlen(string);
  append_number(to, (uint32_t)length);
  append(to, string, length);
}

/* The words of errno(3) for what files, pipes and memory give; of any other error its number. */
static void append_error(struct buffer *to, long error) {
  static const struct {
    int number;
    const char *text;
  } known[] = {
      {EPERM, "Operation not permitted"},
      {ENOENT, "No such file or directory"},
      {EIO, "Input/output error"},
      {EBADF, "Bad file descriptor"},
      {EAGAIN, "Resource temporarily unavailable"},
      {ENOMEM, "Cannot allocate memory"},
      {EACCES, "Permission denied"},
      {EEXIST, "File exists"},
      {ENOTDIR, "Not a directory"},
      {EISDIR, "Is a directory"},
      {EINVAL, "Invalid argument"},
      {ENFILE, "Too many open files in system"},
      {EMFILE, "Too many open files"},
      {EFBIG, "File too large"},
      {ENOSPC, "No space left on device"},
      {EROFS, "Read-only file system"},
      {EPIPE, "Broken pipe"},
      {ENAMETOOLONG, "File name too long"},
      {ELOOP, "Too many levels of symbolic links"},
      {EDQUOT, "Disk quota exceeded"},
  };
  for (size_t each = 0; each < sizeof known / sizeof *known; each++) {
    if (known[each].number != -error) continue;
    append_string(to, known[each].text);
    return;
  }
  append_string(to, "error ");
  append_digits(to, (uint64_t)-error, 10, 1);
}

/* 0, or an error. */
static long write_all(int fd, const char *from, size_t length) {
  for (size_t done = 0; done < length;) {
    long count = sys_write(fd, from + done, length - done);
    if (count == -EINTR) continue;
    if (count < 0) return count;
    done += (size_t)count;
  }
  return 0;
}

/* What fits behind what is there: the count of it, 0 at the end, or an error. */
static long read_some(int fd, struct buffer *to) {
  long count;
  do count = sys_read(fd, to->bytes + to->length, to->capacity - to->length);
  while (count == -EINTR);
  if (count > 0) to->length += (size_t)count;
  return count;
}

static void die(const char *what, long error) {
  char room[256];
  struct buffer message = BUFFER_IN(room);
  append_string(&message, "fairlead: ");
  append_string(&message, what);
  append_string(&message, ": ");
  append_error(&message, error);
  append_string(&message, "\n");
  write_all(STDERR, message.bytes, message.length);
  sys_exit(1);
}

/* What the plugin was called with: its name, stdin, and the environment. */
static void make_request(struct buffer *request, const char *name, char **environment) {
  uint32_t count = 2;
  for (char **each = environment; *each != NULL; each++) count++;
  append_number(request, MAGIC);
  append_number(request, count);
  append_text(request, name);
  append_number(request, 0);
  size_t start = request->length;
  long taken;
  do {
    reserve(request, 1);
    taken = read_some(STDIN, request);
  } while (taken > 0);
  if (taken < 0) die("stdin", taken);
  put_number(request->bytes + start - 4, (uint32_t)(request->length - start));
  for (char **each = environment; *each != NULL; each++) append_text(request, *each);
}

static int is_same(const char *one, const char *other) {
  while (*one != '\0' && *one == *other) one++, other++;
  return *one == *other;
}

/* Of the environment; the other value where it is not set, or to nothing. */
static const char *variable(char **environment, const char *name, const char *otherwise) {
  for (char **each = environment; *each != NULL; each++) {
    const char *at = *each, *expected = name;
    while (*expected != '\0' && *at == *expected) at++, expected++;
    if (*expected == '\0' && *at == '=') return at[1] == '\0' ? otherwise : at + 1;
  }
  return otherwise;
}

static int connect_agent(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) return -1;
  memcpy(address.sun_path, path, length);
  int fd = (int)sys_socket(AF_UNIX, SOCK_STREAM);
  return fd >= 0 && sys_connect(fd, &address) == 0 ? fd : -1;
}

/* An agent's answer: a byte of status, and two texts. */
struct answer {
  struct buffer frame;
  struct {
    size_t start, length;
  } texts[2];
};

/* The length of the whole, as far as what is there tells it; 0 of what is no answer. */
static size_t measure(struct answer *answer) {
  size_t end = 1;
  for (int each = 0; each < 2; each++) {
    size_t start = end + 4;
    if (answer->frame.length < start) return start;
    uint32_t length = number_at(answer->frame.bytes + end);
    if (length > LONGEST_ANSWER) return 0;
    answer->texts[each].start = start;
    answer->texts[each].length = length;
    end = start + length;
  }
  return end;
}

static long write_text(int fd, const struct answer *answer, int which) {
  return write_all(fd, answer->frame.bytes + answer->texts[which].start,
                   answer->texts[which].length);
}

/* The agent's exit status for us; -1 when it gave no whole answer, of which nothing is written then. */
static int ask_agent(const char *path, const struct buffer *request) {
  char room[USUAL_ROOM];
  struct answer answer = {.frame = BUFFER_IN(room)};
  int fd = connect_agent(path);
  if (fd < 0 || write_all(fd, request->bytes, request->length) != 0) return -1;
  size_t whole;
  while ((whole = measure(&answer)) > answer.frame.length) {
    reserve(&answer.frame, whole - answer.frame.length);
    if (read_some(fd, &answer.frame) <= 0) return -1;
  }
  if (whole == 0) return -1;
  write_text(STDERR, &answer, 1);
  long error = write_text(STDOUT, &answer, 0);
  if (error != 0) die("stdout", error);
  return (unsigned char)answer.frame.bytes[0];
}

/* FNV-1a: a DEL that is repeated takes its own record's place. */
static uint64_t digest(const struct buffer *request) {
  uint64_t hash = 14695981039346656037ull;
  for (size_t at = 0; at < request->length; at++)
    hash = (hash ^ (unsigned char)request->bytes[at]) * 1099511628211ull;
  return hash;
}

static void make_folders(char *path) {
  for (char *slash = path + 1; *slash != '\0'; slash++) {
    if (*slash != '/') continue;
    *slash = '\0';
    sys_mkdir(path, 0755);
    *slash = '/';
  }
  sys_mkdir(path, 0700);
}

/* Written, flushed, and only then under a name that the agent reads: 0, or an error. */
static long write_record(const char *folder, const struct buffer *request) {
  char rooms[3][512];
  struct buffer path = BUFFER_IN(rooms[0]), draft = BUFFER_IN(rooms[1]);
  struct buffer record = BUFFER_IN(rooms[2]);
  append(&path, folder, strlen(folder) + 1);
  append_string(&draft, folder);
  append_string(&draft, "/.");
  append_digits(&draft, (uint64_t)sys_getpid(), 10, 1);
  append(&draft, "", 1);
  append_string(&record, folder);
  append_string(&record, "/");
  append_digits(&record, digest(request), 16, 16);
  append(&record, ".del", 5);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  long fd = sys_open(draft.bytes, flags, 0600);
  if (fd == -ENOENT) {
    make_folders(path.bytes);
    fd = sys_open(draft.bytes, flags, 0600);
  }
  if (fd < 0) return fd;
  long error = write_all((int)fd, request->bytes, request->length);
  if (error == 0) error = sys_fsync((int)fd);
  if (error == 0) error = sys_rename(draft.bytes, record.bytes);
  if (error != 0) {
    sys_unlink(draft.bytes);
    return error;
  }
  long folder_fd = sys_open(folder, O_RDONLY | O_DIRECTORY, 0);
  if (folder_fd >= 0) sys_fsync((int)folder_fd);
  return 0;
}

static int fail(int code, const char *message, const char *details) {
  char room[512];
  struct buffer document = BUFFER_IN(room);
  append_string(&document, "{\"cniVersion\":\"1.0.0\",\"code\":");
  append_digits(&document, (uint64_t)code, 10, 1);
  append_string(&document, ",\"msg\":\"");
  append_string(&document, message);
  append_string(&document, "\",\"details\":\"");
  append_string(&document, details);
  append_string(&document, "\"}\n");
  write_all(STDOUT, document.bytes, document.length);
  return 1;
}

static int print_version(void) {
  static const char document[] =
      "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":"
      "[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n";
  write_all(STDOUT, document, sizeof document - 1);
  return 0;
}

static int introduce(const char *name) {
  char room[512];
  struct buffer text = BUFFER_IN(room);
  const char *base = name;
  for (; *name != '\0'; name++)
    if (*name == '/') base = name + 1;
  append_string(&text, "Fairlead CNI plugin, called as ");
  append_string(&text, base);
  append_string(&text, "\nCNI protocol versions supported: "
                       "0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n");
  write_all(STDERR, text.bytes, text.length);
  return 0;
}

static int without_agent(const char *command, const char *folder, const struct buffer *request) {
  static const char absent[] = "Fairlead's agent does not answer on this node";
  if (is_same(command, "STATUS")) return fail(50, absent, "no container can be added now");
  if (!is_same(command, "DEL")) return fail(11, absent, "try again when it runs");
  long error = write_record(folder, request);
  if (error == 0) return 0;
  char room[128];
  struct buffer details = BUFFER_IN(room);
  append_error(&details, error);
  append(&details, "", 1);
  return fail(5, "DEL can be neither done nor written down", details.bytes);
}

int main(int argc, char **argv, char **environment) {
  const char *name = argc > 0 ? argv[0] : "fairlead";
  const char *command = variable(environment, "CNI_COMMAND", NULL);
  if (command == NULL) return introduce(name);
  if (is_same(command, "VERSION")) return print_version();
  /* An agent that ends meanwhile is told by the write, and is one that did not answer. */
  sys_ignore(SIGPIPE);
  char room[USUAL_ROOM];
  struct buffer request = BUFFER_IN(room);
  make_request(&request, name, environment);
  const char *socket = variable(environment, "FAIRLEAD_CNI_SOCKET", SOCKET_PATH);
  int status = ask_agent(socket, &request);
  if (status >= 0) return status;
  const char *folder = variable(environment, "FAIRLEAD_CNI_PENDING", PENDING_PATH);
  return without_agent(command, folder, &request);
}
