#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ast/plan.h"
#include "ast/script.h"
#include "base/host.h"
#include "base/str.h"
#include "base/vec.h"
#include "probes/elf.h"
#include "probes/probe.h"

/* From the name of a binary, as a script has it, to files. */

struct file_id {
	dev_t dev;
	ino_t ino;
};

struct finder {
	const struct host *h;
	path_fn each;
	void *ctx;
	int n;
	VEC(struct file_id) seen;
};

const char *elf_path_in(const struct host *h, const char *path, char *buf, size_t size)
{
	char link[64], ours[64] = "", theirs[64] = "";

	if (!h->pid || path[0] != '/' || !strncmp(path, "/proc/", 6))
		return path;
	snprintf(link, sizeof(link), "/proc/%d/ns/mnt", h->pid);
	if (readlink(link, theirs, sizeof(theirs) - 1) < 0 ||
	    readlink("/proc/self/ns/mnt", ours, sizeof(ours) - 1) < 0 || !strcmp(ours, theirs))
		return path;
	if (snprintf(buf, size, "/proc/%d/root%s", h->pid, path) >= (int)size)
		return path;
	return buf;
}

/* One more path, unless the file was seen by another name or is no binary. */
static int offer(struct finder *f, const char *path)
{
	char buf[4096];
	const char *real = elf_path_in(f->h, path, buf, sizeof(buf));
	struct stat st;
	int err;

	if (stat(real, &st) || !elf_is_elf(real))
		return 0;
	for (size_t i = 0; i < f->seen.n; i++)
		if (f->seen.v[i].dev == st.st_dev && f->seen.v[i].ino == st.st_ino)
			return 0;
	vec_push(&f->seen, (struct file_id){ st.st_dev, st.st_ino });
	err = f->each(f->ctx, path);
	f->n++;
	return err;
}

static int find_pattern(struct finder *f, const char *pattern)
{
	glob_t found;
	int err = 0;

	if (glob(pattern, GLOB_NOSORT, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc && !err; i++)
		err = offer(f, found.gl_pathv[i]);
	globfree(&found);
	return err;
}

static int find_in_path(struct finder *f, const char *name)
{
	const char *path = getenv("PATH");
	char file[4096];
	int err = 0;

	for (const char *dir = path ? path : ""; *dir && !err; dir += strspn(dir, ":")) {
		size_t len = strcspn(dir, ":");

		if (snprintf(file, sizeof(file), "%.*s/%s", (int)len, dir, name) <
			    (int)sizeof(file) &&
		    !access(file, X_OK))
			err = offer(f, file);
		dir += len;
	}
	return err;
}

/* ---- the cache of the dynamic linker (glibc's sysdeps/generic/dl-cache.h describes the format)
 * ---- */

struct cache_entry {
	int32_t flags;
	uint32_t name, path;           /* offsets in the cache */
	uint32_t os_version;
	uint64_t hwcap;
};

struct cache {
	char magic[20];                /* name and version */
	uint32_t n_entries;
	uint32_t strings_len;
	uint32_t unused[5];
	struct cache_entry entries[];
};

static const char cache_magic[] = "glibc-ld.so.cache1.1";

/* What ELF files of this machine have in the second byte of their flags. */
#if defined(__x86_64__)
enum { CACHE_ABI = 0x0300 };
#elif defined(__aarch64__)
enum { CACHE_ABI = 0x0a00 };
#elif defined(__riscv)
enum { CACHE_ABI = 0x1000 };
#endif

/* "libc" is "libc.so" with any version; "libc.so.6" is itself. */
static bool is_library(const char *entry, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(entry, name, len))
		return false;
	return !entry[len] || !strncmp(entry + len, ".so", 3);
}

static const char *cache_text(const char *cache, size_t len, uint32_t at)
{
	return at < len && memchr(cache + at, 0, len - at) ? cache + at : NULL;
}

static int find_library(struct finder *f, const char *name)
{
	char buf[256], *text;
	const struct cache *cache;
	size_t len;
	int err = host_read_file(elf_path_in(f->h, "/etc/ld.so.cache", buf, sizeof(buf)), &text,
				 &len);

	if (err)
		return 0;
	cache = (const struct cache *)text;
	if (len < sizeof(*cache) || memcmp(cache->magic, cache_magic, sizeof(cache->magic)) ||
	    cache->n_entries > (len - sizeof(*cache)) / sizeof(*cache->entries)) {
		free(text);
		return 0;
	}
	for (uint32_t i = 0; i < cache->n_entries && !err; i++) {
		const struct cache_entry *e = &cache->entries[i];
		const char *entry = cache_text(text, len, e->name),
			   *path = cache_text(text, len, e->path);

		if ((e->flags & 0xff00) == CACHE_ABI && entry && path && is_library(entry, name))
			err = offer(f, path);
	}
	free(text);
	return err;
}

/* ---- what runs ---- */

/* Executable mappings of files of a process. */
static int find_mapped(struct finder *f, int pid)
{
	char path[64], *text, *save = NULL;
	size_t len;
	int err = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	if (host_read_file(path, &text, &len))
		return 0; /* it has ended */
	for (char *line = strtok_r(text, "\n", &save); line && !err;
	     line = strtok_r(NULL, "\n", &save)) {
		const char *file = strchr(line, '/'), *mode = strchr(line, ' ');

		if (file && mode && mode[3] == 'x')
			err = offer(f, file);
	}
	free(text);
	return err;
}

static int find_running(struct finder *f)
{
	glob_t found;
	int err = 0;

	if (f->h->pid)
		return find_mapped(f, f->h->pid);
	if (glob("/proc/[0-9]*", GLOB_NOSORT, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc && !err; i++)
		err = find_mapped(f, atoi(found.gl_pathv[i] + strlen("/proc/")));
	globfree(&found);
	return err;
}

int elf_find(const struct host *h, const char *name, path_fn each, void *ctx)
{
	struct finder f = { .h = h, .each = each, .ctx = ctx };
	int err;

	if (!strcmp(name, "*"))
		err = find_running(&f);
	else if (has_wildcard(name))
		err = find_pattern(&f, name);
	else if (strchr(name, '/'))
		err = offer(&f, name);
	else
		err = strncmp(name, "lib", 3) ? 0 : find_library(&f, name);
	if (!err && !f.n && !has_wildcard(name) && !strchr(name, '/'))
		err = find_in_path(&f, name);
	vec_done(&f.seen);
	return err ? err : f.n;
}

int probe_binary(struct script *s, const struct attach_target *t, bool *ret_is_fixed, uint64_t *ret_inode)
{
	char buf[PATH_MAX];
	int fd = open(elf_path_in(s->host, t->path, buf, sizeof(buf)), O_RDONLY | O_CLOEXEC);
	struct stat st;
	Elf64_Ehdr head; /* begins as that of 32 bits does */
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (pread(fd, &head, sizeof(head), 0) != sizeof(head) || memcmp(head.e_ident, ELFMAG, SELFMAG))
		err = -ENOEXEC;
	close(fd);
	if (err)
		return err;
	*ret_is_fixed = head.e_type == ET_EXEC;
	*ret_inode = st.st_ino;
	return 0;
}
