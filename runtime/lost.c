#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/str.h"
#include "runtime/run_priv.h"

/* What the kernel says about a link: newer than our headers (6.7, 6.8). The kernel fills in what it
 * knows and leaves the rest zero. */
struct link_info {
	uint32_t type, id, prog_id, pad;
	union {
		struct {
			uint64_t addrs;
			uint32_t count, flags;
			uint64_t missed;
		} kprobe_multi;
		struct {
			uint32_t kind, pad;
			uint64_t func_name;
			uint32_t name_len, offset;
			uint64_t addr, missed;
		} perf_kprobe;
	};
	char room[64];
};

enum {
	LINK_PERF_EVENT = 7, LINK_KPROBE_MULTI = 8,   /* enum bpf_link_type */
	PERF_KIND_KPROBE = 3, PERF_KIND_KRETPROBE = 4, /* enum bpf_perf_event_type */
};

static const uint64_t *counters(const struct run *run, uint32_t offset)
{
	return (const uint64_t *)(const void *)((const char *)run->globals + offset);
}

static uint64_t lost_of(const struct run *run, size_t prog)
{
	return __atomic_load_n(counters(run, plan_lost_at(run->plan, (uint32_t)prog)),
			       __ATOMIC_RELAXED);
}

const char *prog_title(const struct prog_desc *d)
{
	return d->n_targets ? d->targets[0].name : d->name;
}

/* The probe, and how many others share its program. */
static void put_title(const struct prog_desc *d, struct strbuf *out)
{
	strbuf_puts(out, prog_title(d));
	if (d->n_targets > 1)
		strbuf_printf(out, " and %zu more", d->n_targets - 1);
}

/* Runs that the kernel skipped since the program was loaded; 0 when it does not say. */
static uint64_t skipped_runs(int prog_fd)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);

	return bpf_obj_get_info_by_fd(prog_fd, &info, &len) ? 0 : info.recursion_misses;
}

void lost_begin(struct run *run)
{
	run->losses.missed = xcalloc(run->plan->n_progs + 1, sizeof(*run->losses.missed));
	for (size_t i = 0; i < run->plan->n_progs; i++)
		if (!run->plan->progs[i]->kind->is_special)
			for (struct loaded *l = run->loaded[i]; l; l = l->next)
				l->missed_before = skipped_runs(l->fd);
}

void lost_tell(struct run *run)
{
	uint64_t n = 0;

	for (size_t i = 0; i < run->plan->n_progs; i++)
		n += lost_of(run, i);
	if (n > run->losses.told)
		fprintf(stderr, "Lost %llu events\n", (unsigned long long)(n - run->losses.told));
	run->losses.told = n;
}

void run_add_missed(struct run *run, const struct prog_desc *d, uint64_t n)
{
	if (run->losses.missed)
		run->losses.missed[d->index] += n;
}

static const struct prog_desc *prog_with_id(const struct run *run, uint32_t id)
{
	for (size_t i = 0; i < run->plan->n_progs; i++) {
		for (const struct loaded *l = run->loaded[i]; l; l = l->next) {
			struct bpf_prog_info info = { 0 };
			uint32_t len = sizeof(info);

			if (!bpf_obj_get_info_by_fd(l->fd, &info, &len) && info.id == id)
				return run->plan->progs[i];
		}
	}
	return NULL;
}

/* Calls that a kprobe did not see: counted by its link, not by the program. */
static void add_missed_by_link(struct run *run, int fd)
{
	struct link_info info = { 0 };
	const struct prog_desc *d;
	uint32_t len = sizeof(info);
	uint64_t missed = 0;

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return;
	if (info.type == LINK_KPROBE_MULTI)
		missed = info.kprobe_multi.missed;
	else if (info.type == LINK_PERF_EVENT && (info.perf_kprobe.kind == PERF_KIND_KPROBE ||
						  info.perf_kprobe.kind == PERF_KIND_KRETPROBE))
		missed = info.perf_kprobe.missed;
	d = missed ? prog_with_id(run, info.prog_id) : NULL;
	if (d)
		run_add_missed(run, d, missed);
}

void lost_collect(struct run *run)
{
	for (size_t i = 0; i < run->plan->n_progs; i++)
		if (!run->plan->progs[i]->kind->is_special)
			for (struct loaded *l = run->loaded[i]; l; l = l->next)
				run_add_missed(run, run->plan->progs[i],
					       skipped_runs(l->fd) - l->missed_before);
	for (size_t i = 0; i < run->kept.n; i++)
		add_missed_by_link(run, run->kept.v[i].fd);
}

/* -- the report at the end -- */

static void report_events(struct run *run)
{
	size_t pages = run->ring.size / (size_t)sysconf(_SC_PAGESIZE);

	if (!run->losses.told)
		return;
	run_complain(run, false, "Total lost event count: %llu",
		     (unsigned long long)run->losses.told);
	for (size_t i = 0; i < run->plan->n_progs; i++) {
		struct strbuf title = { 0 };

		if (!lost_of(run, i))
			continue;
		put_title(run->plan->progs[i], &title);
		run_complain(run, false,
			     "%s: %llu events did not fit into the ring buffer of %zu pages. "
			     "Enlarge it: config = { perf_rb_pages = %zu }",
			     title.data, (unsigned long long)lost_of(run, i), pages, pages * 4);
		strbuf_done(&title);
	}
}

static void report_runs(struct run *run)
{
	for (size_t i = 0; i < run->plan->n_progs; i++) {
		uint64_t skipped = run->losses.missed ? run->losses.missed[i] : 0;
		uint64_t nested = *counters(run, plan_no_scratch_at(run->plan, (uint32_t)i));
		struct strbuf title = { 0 };

		put_title(run->plan->progs[i], &title);
		if (skipped)
			run_complain(
				run, false,
				"%s: %llu runs were skipped: another run was not over on that CPU",
				title.data, (unsigned long long)skipped);
		if (nested)
			run_complain(run, false,
				     "%s: %llu runs were skipped: more than %d programs were "
				     "nested on one CPU",
				     title.data, (unsigned long long)nested, SCRATCH_LEVELS);
		strbuf_done(&title);
	}
}

static void put_helper(const struct site_desc *s, int64_t result, struct strbuf *out)
{
	if (s->helper)
		strbuf_printf(out, "\nAdditional Info - helper: %s, retcode: %lld", s->helper,
			      (long long)result);
}

static void put_update(const struct site_desc *s, int64_t result, struct strbuf *out)
{
	if (result == -E2BIG)
		strbuf_puts(
			out,
			"Map full; can't update element. Try increasing max_map_keys config or "
			"manually setting the max entries in a map declaration e.g. `let @a = "
			"hash(5000)`");
	else
		strbuf_puts(out, strerror((int)-result));
	put_helper(s, result, out);
}

static void put_division(const struct site_desc *s, int64_t result, struct strbuf *out)
{
	(void)s, (void)result;
	strbuf_puts(out, "Divide or modulo by 0 detected. This can lead to unexpected results. 1 "
			 "is being used as the result.");
}

static void put_bounds(const struct site_desc *s, int64_t result, struct strbuf *out)
{
	(void)s, (void)result;
	strbuf_puts(out, "Array access out of bounds. This can lead to unexpected results.");
}

static void put_failure(const struct site_desc *s, int64_t result, struct strbuf *out)
{
	if (s->helper && !strcmp(s->helper, "map_lookup_elem")) {
		/* The helper returns no error, only NULL. */
		strbuf_puts(out, "Can't lookup map element because it does not exist.");
		put_helper(s, 0, out);
		return;
	}
	strbuf_puts(out, strerror((int)-result));
	put_helper(s, result, out);
}

static void put_stack(const struct site_desc *s, int64_t result, struct strbuf *out)
{
	(void)result;
	strbuf_printf(out, "Error reading %s.", s->helper);
}

static void put_loop(const struct site_desc *s, int64_t result, struct strbuf *out)
{
	(void)s;
	strbuf_printf(out,
		      "The range is longer than the kernel's limit for a loop (%s); the loop did "
		      "not run.",
		      strerror((int)-result));
}

static void (*const put_site[])(const struct site_desc *s, int64_t result, struct strbuf *out) = {
	[SITE_MAP_UPDATE] = put_update,
	[SITE_DIVISION] = put_division,
	[SITE_BOUNDS] = put_bounds,
	[SITE_HELPER] = put_failure,
	[SITE_STACK] = put_stack,
	[SITE_LOOP] = put_loop,
};

static void report_site(struct run *run, const struct site_desc *s, const struct site_count *c)
{
	struct diags_look look = { .color = run->opt.color };
	unsigned long long n = c->count;
	struct strbuf text = { 0 };
	struct diag *d;

	put_site[s->kind](s, c->last, &text);
	d = diag_warning(run->opt.diags, DIAG_RUNTIME, s->span, "%s", text.data);
	if (s->kind == SITE_MAP_UPDATE && s->map)
		diag_hint(run->opt.diags, d,
			  "%llu update%s of @%s (at most %u element%s) %s lost here.", n,
			  n == 1 ? "" : "s", s->map->name, s->map->max_entries,
			  s->map->max_entries == 1 ? "" : "s", n == 1 ? "was" : "were");
	else
		diag_hint(run->opt.diags, d, "This happened %llu time%s here.", n,
			  n == 1 ? "" : "s");
	diag_show(run->opt.diags, d, stderr, look);
	strbuf_done(&text);
}

static struct site_count *site_count(const struct run *run, size_t i)
{
	char *at = (char *)run->globals + plan_site_at(run->plan, (uint32_t)i);

	return (struct site_count *)(void *)at;
}

static bool is_same_site(const struct site_desc *a, const struct site_desc *b)
{
	return a->kind == b->kind && a->map == b->map && a->span.start == b->span.start &&
	       a->span.end == b->span.end &&
	       (a->helper == b->helper ||
		(a->helper && b->helper && !strcmp(a->helper, b->helper)));
}

/* A body that was compiled for several targets has the same place several times: reported once. */
static void report_sites(struct run *run)
{
	const struct site_desc *sites = run->plan->sites;

	for (size_t i = 0; i < run->plan->n_sites; i++) {
		struct site_count *c = site_count(run, i), sum = *c;

		if (!c->count)
			continue;
		for (size_t k = i + 1; k < run->plan->n_sites; k++) {
			struct site_count *other = site_count(run, k);

			if (!other->count || !is_same_site(&sites[i], &sites[k]))
				continue;
			sum.count += other->count;
			sum.last = other->last;
			other->count = 0;
		}
		report_site(run, &sites[i], &sum);
	}
}

void lost_report(struct run *run)
{
	report_events(run);
	if (run->opt.no_warnings)
		return;
	report_runs(run);
	report_sites(run);
}

void lost_free(struct run *run)
{
	free(run->losses.missed);
}
