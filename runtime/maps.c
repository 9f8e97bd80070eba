#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/host.h"
#include "builtins/builtin.h"
#include "runtime/output.h"
#include "runtime/run_priv.h"

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static int map_fd(const struct run *run, const struct map_desc *m)
{
	return run->map_fds[PLAN_MAP_FIRST + m->index];
}

static char *scalar_slot(const struct run *run, const struct map_desc *m)
{
	return (char *)run->globals + m->slot;
}

static bool is_in_globals(const struct map_desc *m)
{
	return m->bpf_type == BPF_MAP_TYPE_UNSPEC;
}

/* -- making them -- */

/* The kernel takes 15 letters, digits and underscores. */
static void kernel_name(char name[BPF_OBJ_NAME_LEN], const char *from)
{
	size_t n = strlen(from);

	if (n > BPF_OBJ_NAME_LEN - 1)
		n = BPF_OBJ_NAME_LEN - 1;
	memcpy(name, from, n);
	name[n] = 0;
}

static int create_map(struct run *run, unsigned number, enum bpf_map_type type, const char *label,
		      uint32_t key_size, uint32_t value_size, uint32_t max_entries, uint32_t flags)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = flags);
	char name[BPF_OBJ_NAME_LEN];
	int fd;

	kernel_name(name, label);
	fd = bpf_map_create(type, name, key_size, value_size, max_entries, &opts);
	if (fd >= 0)
		run->map_fds[number] = fd;
	return fd < 0 ? fd : 0;
}

static int create_globals(struct run *run)
{
	uint32_t size = plan_globals_size(run->plan);
	int err = create_map(run, PLAN_MAP_GLOBALS, BPF_MAP_TYPE_ARRAY, "sonde_globals",
			     sizeof(uint32_t), size, 1, BPF_F_MMAPABLE);

	if (err)
		return err;
	run->globals_len = round_up(size, (size_t)sysconf(_SC_PAGESIZE));
	run->globals = mmap(NULL, run->globals_len, PROT_READ | PROT_WRITE, MAP_SHARED,
			    run->map_fds[PLAN_MAP_GLOBALS], 0);
	if (run->globals == MAP_FAILED) {
		run->globals = NULL;
		return -errno;
	}
	return 0;
}

static int create_rodata(struct run *run)
{
	uint32_t zero = 0;
	int err, fd;

	if (!run->plan->rodata_size)
		return 0;
	err = create_map(run, PLAN_MAP_RODATA, BPF_MAP_TYPE_ARRAY, "sonde_rodata", sizeof(zero),
			 run->plan->rodata_size, 1, BPF_F_RDONLY_PROG);
	if (err)
		return err;
	fd = run->map_fds[PLAN_MAP_RODATA];
	err = bpf_map_update_elem(fd, &zero, run->plan->rodata, BPF_ANY);
	return err ? err : bpf_map_freeze(fd);
}

uint64_t ring_pages(const struct settings *s, unsigned n_cpus, uint64_t available_kib)
{
	enum { MIN_KIB = 256, MAX_KIB = 16544 };
	uint64_t pages = s->perf_rb_pages, power = 1;

	if (!pages && !available_kib)
		return 0;
	if (!pages) {
		if (available_kib < MIN_KIB)
			available_kib = MIN_KIB;
		if (available_kib > MAX_KIB)
			available_kib = MAX_KIB;
		pages = available_kib * 1024 / (uint64_t)sysconf(_SC_PAGESIZE);
		while (power * 2 <= pages)
			power *= 2;
		return power;
	}
	if (pages < n_cpus)
		pages = n_cpus;
	while (power < pages && power < UINT32_MAX)
		power *= 2;
	return power;
}

/* KiB of memory that is available; 0: the kernel does not say. */
static uint64_t available_memory(void)
{
	char *text, *at;
	uint64_t kib = 0;

	if (host_read_file("/proc/meminfo", &text, NULL))
		return 0;
	at = strstr(text, "MemAvailable:");
	if (at)
		kib = strtoull(at + strlen("MemAvailable:"), NULL, 10);
	free(text);
	return kib;
}

/* Nothing but begin and end, and no `for` in them: such a script sends few events, and making 16 MiB of ring would take
 * longer than all the rest of it. */
static bool is_short(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_progs; i++)
		if (!plan->progs[i]->kind->is_special || plan->progs[i]->has_for)
			return false;
	return true;
}

static bool has_loops(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_progs; i++)
		if (plan->progs[i]->has_loops)
			return true;
	return false;
}

static const struct event_desc *largest_event(const struct plan *plan)
{
	const struct event_desc *e = plan->events[0];

	for (size_t i = 1; i < plan->n_events; i++)
		if (plan->events[i]->size > e->size)
			e = plan->events[i];
	return e;
}

/* Bytes of all events, sent once each. */
static uint64_t events_size(const struct plan *plan)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < plan->n_events; i++)
		bytes += plan->events[i]->size + sizeof(uint64_t) + BPF_RINGBUF_HDR_SZ;
	return bytes;
}

/* KiB of a ring whose size is ours to choose. */
static uint64_t wanted_kib(const struct plan *plan)
{
	enum { SHORT_KIB = 256, LOOPS_KIB = 1024 };
	uint64_t kib = available_memory(), few;

	if (!kib || !is_short(plan))
		return kib;
	few = events_size(plan) * 2 / 1024 + (has_loops(plan) ? LOOPS_KIB : SHORT_KIB);
	return kib < few ? kib : few;
}

/* -EMSGSIZE, said: an event is larger than the ring the user asked for. */
static int say_too_large(const struct run *run, const struct event_desc *e, size_t ring)
{
	struct diags_look look = { .color = run->opt.color };

	diag_show(run->opt.diags,
		  diag_error(run->opt.diags, DIAG_LOAD, e->span,
			     "This sends %u bytes at once: more than the ring buffer of %zu bytes holds. Set "
			     "perf_rb_pages to a larger number, or max_strlen to a smaller one.",
			     e->size, ring),
		  stderr, look);
	return -EMSGSIZE;
}

static int create_ring(struct run *run)
{
	enum { EVENTS = 8 }; /* of the largest, at least */
	const struct settings *s = &run->plan->settings;
	const struct event_desc *largest;
	uint64_t size;
	int err;

	run->ring.fd = -1;
	if (!run->plan->n_events)
		return 0;
	size = ring_pages(s, run_host(run)->n_cpus, s->perf_rb_pages ? 0 : wanted_kib(run->plan));
	if (!size) {
		run_complain(
			run, true,
			"Unable to get the number of ring buffer pages dynamically. You must set "
			"the `perf_rb_pages` config manually e.g. `config = { perf_rb_pages=64 }`");
		return -ENODATA;
	}
	size *= (uint64_t)sysconf(_SC_PAGESIZE);
	largest = largest_event(run->plan);
	while (!s->perf_rb_pages && size < (uint64_t)largest->size * EVENTS)
		size *= 2;
	if (size < largest->size + sizeof(uint64_t) + BPF_RINGBUF_HDR_SZ)
		return say_too_large(run, largest, size);
	if (size > UINT32_MAX)
		return -E2BIG;
	err = create_map(run, PLAN_MAP_RING, BPF_MAP_TYPE_RINGBUF, "sonde_ring", 0, 0,
			 (uint32_t)size, 0);
	return err ? err : ring_map(&run->ring, run->map_fds[PLAN_MAP_RING], size);
}

static int create_scratch(struct run *run)
{
	if (!run->plan->scratch_size)
		return 0;
	return create_map(run, PLAN_MAP_SCRATCH, BPF_MAP_TYPE_ARRAY, "sonde_scratch",
			  sizeof(uint32_t), SCRATCH_HEADER + run->plan->scratch_size,
			  run_host(run)->n_cpus * SCRATCH_LEVELS, 0);
}

/* The maps that are not the script's. */
static const struct own_map {
	const char *what;
	int (*create)(struct run *run);
	const char *advice;            /* when it is too large */
} own_maps[] = {
	{ "the maps of scalars and counters", create_globals, "keep less in maps without keys" },
	{ "the map of constants", create_rodata, "shorten the texts of the script" },
	{ "the ring buffer for events", create_ring, "set perf_rb_pages or max_strlen to a smaller number" },
	{ "the scratch memory", create_scratch, "keep less in variables, or set max_strlen to a smaller number" },
};

static int create_script_map(struct run *run, const struct map_desc *m)
{
	if (is_in_globals(m))
		return 0;
	return create_map(run, PLAN_MAP_FIRST + m->index, m->bpf_type, *m->name ? m->name : "at",
			  m->key_size, m->value_size, m->max_entries, m->map_flags);
}

/* The kernel has one error for elements that are too large and for too many of them: one element alone tells. */
static bool is_element_too_large(const struct map_desc *m)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = m->map_flags);
	int fd = bpf_map_create(m->bpf_type, NULL, m->key_size, m->value_size, 1, &opts);

	if (fd >= 0)
		close(fd);
	return fd == -E2BIG;
}

static void say_no_map(struct run *run, const struct map_desc *m, int err)
{
	struct diags_look look = { .color = run->opt.color };
	struct diag *d;

	if (err == -E2BIG && is_element_too_large(m)) {
		d = diag_error(run->opt.diags, DIAG_LOAD, m->first_use,
			       "A key of @%s is %u bytes and a value %u: more than the kernel keeps in an element. "
			       "Set max_strlen to a smaller number, or keep less.",
			       m->name, m->key_size, m->value_size);
	} else {
		d = diag_error(run->opt.diags, DIAG_LOAD, m->first_use, "Unable to create map @%s with %u entries: %s",
			       m->name, m->max_entries,
			       err == -E2BIG ? "more than the kernel keeps" : strerror(-err));
		if (err == -ENOMEM || err == -E2BIG)
			diag_hint(run->opt.diags, d, "give it fewer entries: let @name = hash(N);, or "
				  "config = { max_map_keys = N }");
	}
	diag_show(run->opt.diags, d, stderr, look);
}

int maps_create(struct run *run)
{
	size_t n = PLAN_MAP_FIRST + run->plan->n_maps;

	run->map_fds = xmalloc(n * sizeof(*run->map_fds));
	for (size_t i = 0; i < n; i++)
		run->map_fds[i] = -1;
	run->was_zeroed = xcalloc(run->plan->n_maps, sizeof(*run->was_zeroed));
	for (size_t i = 0; i < ARRAY_SIZE(own_maps); i++) {
		int err = own_maps[i].create(run);

		if (err && err != -ENODATA && err != -EMSGSIZE) /* which were said */
			run_complain(run, true, "Unable to create %s: %s%s%s", own_maps[i].what, strerror(-err),
				     err == -ENOMEM || err == -E2BIG ? ": " : "",
				     err == -ENOMEM || err == -E2BIG ? own_maps[i].advice : "");
		if (err)
			return err;
	}
	for (size_t i = 0; i < run->plan->n_maps; i++) {
		const struct map_desc *m = run->plan->maps[i];
		int err = create_script_map(run, m);

		if (err) {
			say_no_map(run, m, err);
			return err;
		}
	}
	return 0;
}

void maps_free(struct run *run)
{
	ring_unmap(&run->ring);
	if (run->globals)
		munmap(run->globals, run->globals_len);
	for (size_t i = 0; run->map_fds && i < PLAN_MAP_FIRST + run->plan->n_maps; i++)
		if (run->map_fds[i] >= 0)
			close(run->map_fds[i]);
	free(run->map_fds);
	free(run->was_zeroed);
}

/* -- printing -- */

static bool is_bucketed(const struct map_desc *m)
{
	return m->value->kind == TYPE_AGG && m->value->agg->is_bucketed;
}

static int print_map(struct run *run, const struct map_desc *m, uint64_t top, int64_t div,
		     bool show_empty)
{
	struct map_rows rows;
	struct map_entry *entries;
	char *zero = NULL;
	int err = map_rows_read(run, m, &rows);

	if (err)
		return err;
	entries = xcalloc(rows.n + 1, sizeof(*entries));
	for (size_t i = 0; i < rows.n; i++) {
		entries[i].key = m->key ? rows.keys + i * rows.key_size : NULL;
		entries[i].value = rows.values + i * rows.value_size;
	}
	if (!rows.n && !m->key && show_empty && !is_bucketed(m)) {
		zero = xcalloc(1, rows.value_size);
		entries[0].value = zero;
	}
	output_map(run->opt.output, m, entries, rows.n + (zero != NULL), top, div);
	free(zero);
	free(entries);
	map_rows_done(&rows);
	return 0;
}

int run_print_map(struct run *run, const struct map_desc *m, uint64_t top, int64_t div)
{
	output_map_soon(run->opt.output, m);
	return print_map(run, m, top, div, true);
}

static int compare_names(const void *a, const void *b)
{
	const struct map_desc *x = *(const struct map_desc *const *)a,
			      *y = *(const struct map_desc *const *)b;

	return strcmp(x->name, y->name);
}

void maps_print_all(struct run *run)
{
	size_t n = run->plan->n_maps;
	struct map_desc **maps = xcalloc(n, sizeof(*maps));

	if (n)
		memcpy(maps, run->plan->maps, n * sizeof(*maps));
	qsort(maps, n, sizeof(*maps), compare_names);
	for (size_t i = 0; i < n; i++) {
		int err = print_map(run, maps[i], 0, 0, false);

		if (err)
			run_complain(run, true, "cannot read map @%s: %s", maps[i]->name,
				     strerror(-err));
	}
	free(maps);
}

/* -- clear() and zero() -- */

static bool is_array(const struct map_desc *m)
{
	return m->bpf_type == BPF_MAP_TYPE_ARRAY || m->bpf_type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

/* All keys of a map as they are now, one behind the other; returns how many. The caller frees. */
static size_t read_keys(int fd, uint32_t key_size, char **ret_keys)
{
	size_t n = 0, cap = 64;
	char *keys = xmalloc(cap * key_size);

	while (!bpf_map_get_next_key(fd, n ? keys + (n - 1) * key_size : NULL,
				     keys + n * key_size)) {
		if (++n == cap) {
			cap *= 2;
			keys = xrealloc(keys, cap * key_size);
		}
	}
	*ret_keys = keys;
	return n;
}

/* Deletes all elements, or makes them zero. An element that a program deletes meanwhile is fine. */
static int sweep_map(struct run *run, const struct map_desc *m, bool delete)
{
	int fd = map_fd(run, m), err = 0;
	size_t value = round_up(m->value_size, 8) * run_host(run)->n_cpus;
	char *keys, *zeros = xcalloc(1, value);
	size_t n = read_keys(fd, m->key_size, &keys);

	for (size_t i = 0; i < n && !err; i++) {
		const char *key = keys + i * m->key_size;

		if (delete)
			err = bpf_map_delete_elem(fd, key);
		else
			err = bpf_map_update_elem(fd, key, zeros, BPF_EXIST);
		if (err == -ENOENT)
			err = 0;
	}
	free(keys);
	free(zeros);
	return err;
}

int run_clear_map(struct run *run, const struct map_desc *m)
{
	run->was_zeroed[m->index] = false;
	if (!is_in_globals(m))
		return sweep_map(run, m, !is_array(m));
	memset(scalar_slot(run, m), 0, sizeof(uint64_t) + m->value->size);
	return 0;
}

int run_zero_map(struct run *run, const struct map_desc *m)
{
	struct map_rows rows;
	int err;

	if (is_in_globals(m)) {
		memset(scalar_slot(run, m) + sizeof(uint64_t), 0, m->value->size);
		return 0;
	}
	if (!m->key) {
		/* A slot that is all zero looks as if it was never written: remembered here. */
		err = map_rows_read(run, m, &rows);
		if (err)
			return err;
		run->was_zeroed[m->index] = rows.n;
		map_rows_done(&rows);
	}
	return sweep_map(run, m, false);
}
