#include "runtime/usyms.h"

#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/host.h"
#include "base/str.h"
#include "base/vec.h"
#include "runtime/elf_syms.h"
#include "runtime/map_watch.h"

enum {
	BUCKETS = 1024,
	MAX_OPEN = 128,                /* files kept open because their path leads us elsewhere */
	MAX_ENDED = 16384,             /* processes kept after their end when nobody asked for them */
	MAX_GENERATIONS = 8,           /* of forks without an exec that are followed */
	REREAD_NS = 100 * 1000 * 1000, /* how long the mappings of a process are taken to stay the same */
	DRAIN_NS = 1000 * 1000,
	LEARN_ALL_NS = 100 * 1000 * 1000,
};

/* A file that is mapped somewhere; read when the first address in it is looked up. */
struct module {
	struct module *next;
	uint64_t dev, ino;
	char *path;
	int fd;                        /* -1: not open */
	bool is_read;
	struct elf_syms *syms;         /* NULL: not readable */
};

struct mapping {
	uint64_t start, end, offset;
	struct module *module;
};

struct process {
	struct process *next;
	uint32_t pid, parent;          /* parent: its mappings are ours, too, until we execute; 0: none */
	uint64_t read_at;              /* monotonic ns of the last look at /proc; 0: none */
	uint64_t last_event;           /* when, of those taken in */
	bool is_asked, has_ended;
	VEC(struct mapping) maps;      /* the newest last */
};

struct demangled {
	struct demangled *next;
	const char *mangled;
	char *text;
};

struct usyms {
	struct process *processes[BUCKETS];
	struct module *modules[BUCKETS];
	struct demangled *demangled[BUCKETS];
	struct map_watch *watch;
	uint64_t drained_at;
	uint32_t *ended;               /* ring of process ids, MAX_ENDED; NULL: none yet */
	uint64_t n_ended;
	unsigned n_open;
	bool demangle;
	char *(*demangle_name)(const char *mangled, char *buf, size_t *len, int *status);
};

struct usyms *usyms_new(bool demangle)
{
	struct usyms *us = xcalloc(1, sizeof(*us));

	us->demangle = demangle;
	return us;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* -- files -- */

/* The file a process has mapped: as the process sees it, else as we do. */
static int open_mapped(uint32_t pid, uint64_t start, uint64_t end, const char *path)
{
	struct strbuf name = { 0 };
	int fd;

	strbuf_printf(&name, "/proc/%u/map_files/%" PRIx64 "-%" PRIx64, pid, start, end);
	fd = open(name.data, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		strbuf_reset(&name);
		strbuf_printf(&name, "/proc/%u/root%s", pid, path);
		fd = open(name.data, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	strbuf_done(&name);
	return fd;
}

/* Whether our own path leads to the mapped file: not so for deleted and replaced files and in other mount
 * namespaces. Devices are not compared, as btrfs shows another number in mappings than to stat(). */
static bool is_at_path(const char *path, uint64_t ino)
{
	struct stat st;

	return !stat(path, &st) && st.st_ino == ino;
}

static bool same_file(const struct module *m, uint64_t dev, uint64_t ino, const char *path)
{
	return m->ino == ino && m->dev == dev && !strcmp(m->path, path);
}

static struct module *get_module(struct usyms *us, uint32_t pid, const struct mapping *at, uint64_t dev,
				 uint64_t ino, const char *path)
{
	struct module **bucket = &us->modules[(ino ^ ino >> 10 ^ dev) % BUCKETS], *m;

	for (m = *bucket; m; m = m->next)
		if (same_file(m, dev, ino, path))
			return m;
	m = xcalloc(1, sizeof(*m));
	m->next = *bucket;
	*bucket = m;
	m->dev = dev;
	m->ino = ino;
	m->path = xstrdup(path);
	m->fd = -1;
	if (*path == '/' && us->n_open < MAX_OPEN && !is_at_path(path, ino))
		m->fd = open_mapped(pid, at->start, at->end, path);
	if (m->fd >= 0)
		us->n_open++;
	return m;
}

/* The vdso is the same in all processes of our kind: read from our own. */
static void read_vdso(struct module *m)
{
	const char *image = (const char *)getauxval(AT_SYSINFO_EHDR);
	const ElfW(Ehdr) *header = (const void *)image;

	if (image)
		elf_syms_read_memory(image, header->e_shoff + header->e_shnum * header->e_shentsize, &m->syms);
}

static void read_module(struct usyms *us, struct module *m)
{
	int fd = m->fd;

	if (m->is_read)
		return;
	m->is_read = true;
	if (!strcmp(m->path, "[vdso]")) {
		read_vdso(m);
		return;
	}
	if (fd >= 0)
		us->n_open--;
	else if (is_at_path(m->path, m->ino)) /* else replaced since: its symbols are others */
		fd = open(m->path, O_RDONLY | O_CLOEXEC);
	m->fd = -1;
	if (fd < 0)
		return;
	elf_syms_read(fd, &m->syms);
	close(fd);
}

/* -- processes -- */

static struct process *find_process(struct usyms *us, uint32_t pid)
{
	struct process *p = us->processes[pid % BUCKETS];

	while (p && p->pid != pid)
		p = p->next;
	return p;
}

static struct process *get_process(struct usyms *us, uint32_t pid)
{
	struct process *p = find_process(us, pid), **bucket = &us->processes[pid % BUCKETS];

	if (p)
		return p;
	p = xcalloc(1, sizeof(*p));
	p->pid = pid;
	p->next = *bucket;
	*bucket = p;
	return p;
}

/* Appends a mapping; those it covers go. */
static void add_mapping(struct process *p, const struct mapping *added)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->maps.n; i++)
		if (p->maps.v[i].start < added->start || p->maps.v[i].end > added->end)
			p->maps.v[kept++] = p->maps.v[i];
	p->maps.n = kept;
	vec_push(&p->maps, *added);
}

/* A number and the character behind it. */
static bool take_number(char **at, int base, char end, uint64_t *ret)
{
	char *behind;

	*ret = strtoull(*at, &behind, base);
	if (behind == *at || *behind != end)
		return false;
	*at = behind + 1;
	return true;
}

/* "start-end perms offset major:minor inode   path"; only files and the vdso have symbols. */
static void add_line(struct usyms *us, struct process *p, char *line)
{
	char *at = line, *path = strchr(line, '/');
	struct mapping map = { 0 };
	uint64_t major, minor, ino;

	if (!path)
		path = strstr(line, "[vdso]");
	if (!path || !take_number(&at, 16, '-', &map.start) || !take_number(&at, 16, ' ', &map.end))
		return;
	at += strlen("r-xp ");
	if (!take_number(&at, 16, ' ', &map.offset) || !take_number(&at, 16, ':', &major) ||
	    !take_number(&at, 16, ' ', &minor) || !take_number(&at, 10, ' ', &ino))
		return;
	map.module = get_module(us, p->pid, &map, makedev(major, minor), ino, path);
	add_mapping(p, &map);
}

/* What was known stays when the process is gone (its list of mappings is empty then). */
static void read_maps(struct usyms *us, struct process *p)
{
	char path[64], *text, *line, *rest;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%u/maps", p->pid);
	p->read_at = now_ns();
	if (host_read_file(path, &text, &len))
		return;
	if (len)
		p->maps.n = 0;
	for (rest = text; (line = strsep(&rest, "\n")) && *line;)
		add_line(us, p, line);
	free(text);
}

static void start_anew(struct process *p, uint32_t parent)
{
	p->maps.n = 0;
	p->read_at = 0;
	p->is_asked = false;
	p->has_ended = false;
	p->parent = parent;
}

static void drop_process(struct usyms *us, uint32_t pid)
{
	struct process **at = &us->processes[pid % BUCKETS], *p;

	while (*at && (*at)->pid != pid)
		at = &(*at)->next;
	p = *at;
	if (!p || !p->has_ended || p->is_asked)
		return;
	*at = p->next;
	vec_done(&p->maps);
	free(p);
}

/* The process is kept, and the one that ended longest ago goes. */
static void end_process(struct usyms *us, struct process *p)
{
	uint32_t *slot;

	if (!us->ended)
		us->ended = xcalloc(MAX_ENDED, sizeof(*us->ended));
	slot = &us->ended[us->n_ended++ % MAX_ENDED];
	p->has_ended = true;
	if (*slot && *slot != p->pid)
		drop_process(us, *slot);
	*slot = p->pid;
}

static void take_event(void *ctx, const struct watch_event *e)
{
	struct usyms *us = ctx;
	struct process *p = get_process(us, e->pid);
	struct mapping map = { e->start, e->start + e->len, e->offset, NULL };

	/* Records of several CPUs may come late: a fork must not wipe out what the child did since. */
	if (e->time < p->last_event && e->kind != WATCH_MAP)
		return;
	p->last_event = e->time > p->last_event ? e->time : p->last_event;
	switch (e->kind) {
	case WATCH_FORK:
		start_anew(p, e->parent);
		break;
	case WATCH_END:
		end_process(us, p);
		break;
	case WATCH_EXEC:
		/* What ran in the process so far may still have to be shown: mappings stay. But nothing is
		 * missing from now on: /proc need not be read. */
		p->parent = 0;
		p->read_at = e->time;
		break;
	case WATCH_MAP:
		if (*e->path != '/' && strcmp(e->path, "[vdso]"))
			break;
		map.module = get_module(us, e->pid, &map, e->dev, e->ino, e->path);
		add_mapping(p, &map);
		break;
	}
}

int usyms_watch(struct usyms *us)
{
	int err = us->watch ? 0 : map_watch_open(&us->watch);

	return err ? err : map_watch_fd(us->watch);
}

void usyms_drain(struct usyms *us)
{
	us->drained_at = now_ns();
	if (us->watch)
		map_watch_drain(us->watch, take_event, us);
}

static void refresh_one(struct usyms *us, struct process *p)
{
	p->is_asked = true;
	if (!p->read_at || (!us->watch && now_ns() - p->read_at > REREAD_NS))
		read_maps(us, p);
}

/* A process whose beginning was recorded needs no look at /proc; others one, and as long as nothing is
 * recorded again and again. What was forked and has not executed anything has the mappings of its parent. */
static void refresh(struct usyms *us, struct process *p)
{
	for (int i = 0; p && i < MAX_GENERATIONS; i++) {
		struct process *parent = p->parent ? get_process(us, p->parent) : NULL;

		if (!parent || parent->has_ended)
			refresh_one(us, p);
		p->is_asked = true;
		p = parent;
	}
}

int usyms_learn(struct usyms *us, uint32_t pid)
{
	struct process *p = find_process(us, pid);

	if (p && p->is_asked && us->watch)
		return 0;
	usyms_drain(us);
	p = get_process(us, pid);
	refresh(us, p);
	return p->maps.n || p->parent ? 0 : -ESRCH;
}

void usyms_learn_all(struct usyms *us)
{
	uint64_t end = now_ns() + LEARN_ALL_NS;
	DIR *proc = opendir("/proc");

	for (struct dirent *d; proc && now_ns() < end && (d = readdir(proc));)
		if (d->d_name[0] >= '1' && d->d_name[0] <= '9')
			usyms_learn(us, strtoul(d->d_name, NULL, 10));
	if (proc)
		closedir(proc);
}

/* -- names -- */

static const char *demangle_name(struct usyms *us, const char *name)
{
	struct demangled **bucket, *d;
	void *lib;

	if (!us->demangle || strncmp(name, "_Z", 2))
		return name;
	if (!us->demangle_name) {
		lib = dlopen("libstdc++.so.6", RTLD_NOW | RTLD_LOCAL);
		if (lib)
			*(void **)&us->demangle_name = dlsym(lib, "__cxa_demangle");
		us->demangle = us->demangle_name;
		if (!us->demangle)
			return name;
	}
	bucket = &us->demangled[((uintptr_t)name >> 3) % BUCKETS];
	for (d = *bucket; d && d->mangled != name;)
		d = d->next;
	if (!d) {
		d = xcalloc(1, sizeof(*d));
		d->next = *bucket;
		d->mangled = name;
		d->text = us->demangle_name(name, NULL, NULL, NULL);
		*bucket = d;
	}
	return d->text ? d->text : name;
}

static const struct mapping *find_mapping(const struct process *p, uint64_t addr)
{
	for (size_t i = p->maps.n; i > 0; i--)
		if (addr - p->maps.v[i - 1].start < p->maps.v[i - 1].end - p->maps.v[i - 1].start)
			return &p->maps.v[i - 1];
	return NULL;
}

/* In the process, else in those it was forked from. */
static const struct mapping *find_in_family(struct usyms *us, const struct process *p, uint64_t addr)
{
	for (int i = 0; p && i < MAX_GENERATIONS; i++) {
		const struct mapping *map = find_mapping(p, addr);

		if (map)
			return map;
		p = p->parent ? find_process(us, p->parent) : NULL;
	}
	return NULL;
}

struct usym usyms_find(struct usyms *us, uint32_t pid, uint64_t addr)
{
	const struct mapping *map;
	struct usym sym = { 0 };
	uint64_t address;
	struct process *p;

	if (!us->drained_at || now_ns() - us->drained_at > DRAIN_NS)
		usyms_drain(us);
	p = get_process(us, pid);
	refresh(us, p);
	map = find_in_family(us, p, addr);
	if (!map)
		return sym;
	read_module(us, map->module);
	sym.path = map->module->path;
	if (!map->module->syms)
		return sym;
	address = elf_syms_address(map->module->syms, addr - map->start + map->offset);
	sym.name = elf_syms_find(map->module->syms, address, &sym.offset);
	if (sym.name)
		sym.name = demangle_name(us, sym.name);
	return sym;
}

void usyms_free(struct usyms *us)
{
	if (!us)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct process *p = us->processes[i], *next; p; p = next) {
			next = p->next;
			vec_done(&p->maps);
			free(p);
		}
		for (struct module *m = us->modules[i], *next; m; m = next) {
			next = m->next;
			if (m->fd >= 0)
				close(m->fd);
			elf_syms_free(m->syms);
			free(m->path);
			free(m);
		}
		for (struct demangled *d = us->demangled[i], *next; d; d = next) {
			next = d->next;
			free(d->text);
			free(d);
		}
	}
	map_watch_free(us->watch);
	free(us->ended);
	free(us);
}
