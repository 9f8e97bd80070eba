#include "runtime/run.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/host.h"
#include "base/str.h"
#include "runtime/child.h"
#include "runtime/output.h"
#include "runtime/run_priv.h"

/* Exit statuses (spec/output.md 10). */
enum { STATUS_REFUSED = 1, STATUS_FAILED = 255 };

const struct host *run_host(const struct run *run)
{
	return run->opt.host;
}

struct output *run_output(struct run *run)
{
	return run->opt.output;
}

static void complain(const struct run *run, bool is_error, const char *text)
{
	const char *color = is_error ? "\033[31m" : "\033[33m",
		   *name = is_error ? "ERROR" : "WARNING";

	if (run->opt.color)
		fprintf(stderr, "%s%s: %s\033[0m\n", color, name, text);
	else
		fprintf(stderr, "%s: %s\n", name, text);
}

void run_complain(struct run *run, bool is_error, const char *fmt, ...)
{
	struct strbuf text = { 0 };
	va_list ap;

	va_start(ap, fmt);
	strbuf_vprintf(&text, fmt, ap);
	va_end(ap);
	complain(run, is_error, text.data);
	strbuf_done(&text);
}

void run_complain_at(struct run *run, bool is_error, struct span at, const char *text, size_t len)
{
	struct diags_look look = { .color = run->opt.color };

	if (!is_error && run->opt.no_warnings)
		return;
	if (len && text[len - 1] == '\n')
		len--;
	diag_say(run->opt.diags, is_error ? DIAG_IS_ERROR : DIAG_IS_WARNING, at, text, len, stderr, look);
}

static __attribute__((format(printf, 2, 3))) void say_verbose(const struct run *run,
							      const char *fmt, ...)
{
	va_list ap;

	if (!run->opt.verbose)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

void run_attach_failed(struct run *run, const struct attach_target *t, int err, const char *reason)
{
	const char *name = t->label ? t->label : t->name;
	bool is_error = run->plan->settings.missing_probes == MISSING_ERROR;

	if (run->plan->settings.missing_probes == MISSING_IGNORE)
		return;
	if (!reason)
		reason = strerror(err);
	if (*reason && (is_error || !run->opt.no_warnings))
		run_complain(run, is_error, "%s", reason);
	if (is_error) {
		run->attach_failed = true;
		run_complain(
			run, true,
			"Unable to attach probe: %s. If this is expected, set the "
			"'missing_probes' config variable to 'warn'.",
			name);
	} else if (!run->opt.no_warnings) {
		run_complain(run, false, "Unable to attach probe: %s. Skipping.", name);
	}
}

/* -- making ready -- */

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Attachments take descriptors: perf events two each, and that for every CPU in some kinds. */
static void raise_file_limit(struct run *run)
{
	struct rlimit limit;
	size_t need = 64 + PLAN_MAP_FIRST + run->plan->n_maps;

	for (size_t i = 0; i < run->plan->n_progs; i++)
		need += 2 + 2 * run->plan->progs[i]->n_targets;
	need += 2 * run->opt.host->n_cpus * run->plan->n_progs;
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= need)
		return;
	if (limit.rlim_max < need)
		limit.rlim_max = need;
	limit.rlim_cur = need;
	if (setrlimit(RLIMIT_NOFILE, &limit) && !run->opt.no_warnings)
		run_complain(run, false, "cannot raise the limit of open files to %zu: %s", need,
			     strerror(errno));
}

/* One for a link that attaches to many events at once, else one for each event. */
static bool has_allowed_size(struct run *run)
{
	/* enum bpf_attach_type of 6.10 */
	enum { KPROBE_MULTI = 42, UPROBE_MULTI = 48, KPROBE_SESSION = 56 };
	size_t n = 0;

	for (size_t i = 0; i < run->plan->n_progs; i++) {
		const struct prog_desc *d = run->plan->progs[i];
		int type = (int)d->attach_type;

		n += type == KPROBE_MULTI || type == UPROBE_MULTI || type == KPROBE_SESSION
			     ? 1
			     : d->n_targets;
	}
	if (n <= run->plan->settings.max_probes)
		return true;
	run_complain(
		run, true,
		"Can't attach to %zu probes because it exceeds the current limit of %llu probes.\n"
		"You can increase the limit through the BPFTRACE_MAX_PROBES environment variable, "
		"but BE CAREFUL since a high number of probes attached can cause your system to "
		"crash.",
		n, (unsigned long long)run->plan->settings.max_probes);
	return false;
}

static int prepare(struct run *run)
{
	int err;

	raise_file_limit(run);
	err = events_open(run);
	if (err) {
		run_complain(run, true, "cannot watch for signals: %s", strerror(-err));
		return err;
	}
	err = object_open(run->program, &run->object);
	if (err) {
		run_complain(run, true, "the object code is not in order: a fault of sonde, please report it with "
			     "the script");
		return err;
	}
	err = maps_create(run);
	if (err)
		return err;
	run->loaded = xcalloc(run->plan->n_progs + 1, sizeof(*run->loaded));
	err = load_all(run);
	lost_begin(run);
	return err;
}

static bool is_named(const struct prog_desc *d, const char *name)
{
	return d->kind->is_special && !strcmp(d->kind->name, name);
}

/* Runs the programs of begin or end, in order of declaration. */
static int run_special(struct run *run, const char *name)
{
	for (size_t i = 0; i < run->plan->n_progs; i++) {
		const struct prog_desc *d = run->plan->progs[i];
		int fd, err;

		if (!is_named(d, name))
			continue;
		fd = run_load(run, d, (int)d->prog_type, (int)d->attach_type);
		err = fd < 0 ? fd : self_run_once(fd);
		if (err) {
			run_complain(run, true, "cannot run %s: %s", name, strerror(-err));
			return err;
		}
	}
	return 0;
}

/* -- attaching -- */

static int attach_prog(struct run *run, const struct prog_desc *d)
{
	int n;

	for (size_t i = 0; i < d->n_targets; i++)
		say_verbose(run, "Trying to attach probe: %s", d->targets[i].name);
	n = d->kind->attach(run, d);
	if (n < 0 && d->n_targets && !run->attach_failed)
		run_attach_failed(run, &d->targets[0], -n, NULL);
	if (n > 0)
		run->n_attached += (size_t)n;
	return run->attach_failed ? -1 : 0;
}

/* Kinds whose latest attached program runs first come last and in reverse, so that bodies on the
 * same event run in order of declaration. */
static int attach_all(struct run *run)
{
	size_t n = run->plan->n_progs;

	for (size_t i = 0; i < 2 * n; i++) {
		bool is_reverse = i >= n;
		const struct prog_desc *d = run->plan->progs[is_reverse ? 2 * n - 1 - i : i];

		if (d->kind->reverse_order == is_reverse && d->kind->attach && attach_prog(run, d))
			return -1;
	}
	return 0;
}

/* begin and end count as attached, too. */
static size_t count_specials(struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->plan->n_progs; i++) {
		if (!run->plan->progs[i]->kind->is_special)
			continue;
		say_verbose(run, "Attaching '%s' probe", run->plan->progs[i]->kind->name);
		n++;
	}
	return n;
}

/* Harnesses wait for this line before they make the events that are to be seen. */
static void notify_attached(void)
{
	static const char *const hooks[] = {
		"__SONDE_NOTIFY_PROBES_ATTACHED",
		"__BPFTRACE_NOTIFY_PROBES_ATTACHED",
	};

	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (!getenv(hooks[i]))
			continue;
		printf("%s\n", hooks[i]);
		fflush(stdout);
		return;
	}
}

/* From here on programs do their work, and the child runs. */
static int start(struct run *run)
{
	int err = 0;

	if (!run->globals->exiting)
		__atomic_store_n(&run->globals->enabled, 1, __ATOMIC_SEQ_CST);
	self_arm(run);
	if (run->opt.child)
		err = child_release(run->opt.child);
	if (err)
		run_complain(run, true, "Failed to run child: %s", strerror(-err));
	return err;
}

static void say_attached(struct run *run)
{
	if (!run->opt.quiet)
		fprintf(stderr, "Attached %zu probe%s\n", run->n_attached,
			run->n_attached == 1 ? "" : "s");
	notify_attached();
}

/* -- the end -- */

/* No program is running when this returns, given that none starts. */
static void wait_for_programs(struct run *run)
{
	__atomic_store_n(&run->globals->enabled, 0, __ATOMIC_SEQ_CST);
	if (!run->kept.n)
		return;
	/* Waits for every CPU to have left what it was doing with preemption off, as BPF programs
	 * are. */
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		run_complain(run, false, "the last events may be missing: membarrier: %s",
			     strerror(errno));
}

/* A second Ctrl-C does not wait for the results. */
static void let_interrupt_kill(void)
{
	sigset_t set;

	signal(SIGINT, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static int finish(struct run *run)
{
	let_interrupt_kill();
	wait_for_programs(run);
	lost_collect(run);
	teardown_hold(run);
	events_drain(run);
	if (run_special(run, "end"))
		return STATUS_FAILED;
	events_drain(run);
	lost_tell(run);
	for (int i = 0; i < 2; i++) {
		output_text(run->opt.output, "\n");
		output_flush(run->opt.output);
	}
	if (run->plan->settings.print_maps_on_exit)
		maps_print_all(run);
	output_flush(run->opt.output);
	lost_report(run);
	if (output_error(run->opt.output)) {
		run_complain(run, true, "cannot write results: %s",
			     strerror(output_error(run->opt.output)));
		return STATUS_REFUSED;
	}
	return (int)(run->globals->exit_code & 255);
}

/* Whether there is anything to wait for. */
static bool has_sources(const struct run *run)
{
	return run->kept.n || run->selves.n || run->opt.child || run->opt.process_fd >= 0;
}

static int run_all(struct run *run)
{
	if (!has_allowed_size(run))
		return STATUS_REFUSED;
	if (prepare(run))
		return STATUS_FAILED;
	run->globals->start_ns = clock_ns(CLOCK_BOOTTIME);
	run->globals->tai_offset = clock_ns(CLOCK_TAI) - run->globals->start_ns;
	run->n_attached = count_specials(run);
	if (!run->opt.dry_run && run_special(run, "begin"))
		return STATUS_FAILED;
	if (attach_all(run))
		return STATUS_FAILED;
	if (!run->n_attached) {
		run_complain(run, true, "Attachment failed for all probes.");
		return STATUS_FAILED;
	}
	if (run->opt.dry_run)
		return 0;
	if (start(run))
		return STATUS_REFUSED;
	say_attached(run);
	if (has_sources(run) && !run->globals->exiting)
		events_loop(run);
	return finish(run);
}

int run_program(const struct program *p, const struct run_options *opt)
{
	struct run run = {
		.program = p, .plan = p->plan, .opt = *opt,
		.ring.fd = -1, .epoll_fd = -1, .signal_fd = -1, .holder_fd = -1,
	};
	int status;

	output_use_plan(opt->output, p->plan);
	status = run_all(&run);

	if (run.holder_fd < 0)
		teardown_hold(&run);
	teardown_release(&run);
	events_close(&run);
	load_free(&run);
	maps_free(&run);
	lost_free(&run);
	return status;
}
