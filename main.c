/* sonde: options, then compile, then run. The only file that knows the whole order. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ast/named_param.h"
#include "ast/pass.h"
#include "ast/plan.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/str.h"
#include "codegen/codegen.h"
#include "options.h"
#include "parser/c_section.h"
#include "parser/parser.h"
#include "probes/probe.h"
#include "runtime/child.h"
#include "runtime/output.h"
#include "runtime/run.h"
#include "runtime/system.h"

/* Exit statuses (spec/output.md 10). */
enum { STATUS_OK, STATUS_REFUSED = 1, STATUS_INTERNAL = 2 };

/* What one call of sonde works with. */
struct session {
	struct options opt;
	struct host host;
	struct child *child;           /* of -c */
	int process_fd;                /* of -p */
	struct script *script;
	char *text;                    /* of the script */
	size_t text_len;
	bool color;
};

static void complain(const struct session *s, bool is_error, const char *text)
{
	const char *color = !s->color ? "" : is_error ? "\033[31m" : "\033[33m";

	fprintf(stderr, "%s%s: %s%s\n", color, is_error ? "ERROR" : "WARNING", text,
		s->color ? "\033[0m" : "");
}

/* Says what is in the buffer and empties it; returns the status. */
static int refuse(const struct session *s, struct strbuf *message)
{
	complain(s, true, message->data);
	strbuf_done(message);
	return STATUS_REFUSED;
}

/* -- surroundings -- */

static const char *env(const char *name)
{
	char var[64];
	const char *value;

	snprintf(var, sizeof(var), "SONDE_%s", name);
	value = getenv(var);
	if (value)
		return value;
	snprintf(var, sizeof(var), "BPFTRACE_%s", name);
	return getenv(var);
}

static void decide_color(struct session *s)
{
	const char *value = env("COLOR");
	struct strbuf message = { 0 };

	if (value && !strcmp(value, "always")) {
		s->color = true;
	} else if (!value || !strcmp(value, "auto")) {
		s->color = isatty(STDOUT_FILENO) && isatty(STDERR_FILENO);
	} else if (strcmp(value, "never")) {
		strbuf_printf(&message,
			      "Invalid env value! The valid values of `BPFTRACE_COLOR` are "
			      "[auto|always|never]. The current value is %s!",
			      value);
		complain(s, false, message.data);
		strbuf_done(&message);
	}
}

static int check_system(struct session *s)
{
	struct strbuf message = { 0 };

	if (system_check_privileges(&message) ||
	    (s->opt.action != ACTION_INFO && system_check_lockdown(&message)))
		return refuse(s, &message);
	if (s->opt.action == ACTION_RUN && !s->opt.no_warnings)
		system_check_kernel(s->host.kernel_version, &message);
	if (message.len)
		complain(s, false, message.data);
	strbuf_done(&message);
	return STATUS_OK;
}

/* -p: the number, and a descriptor that tells when the process ends. */
static int open_process(struct session *s)
{
	enum { MAX_PID = 4194304 };
	const char *text = s->opt.pid, *error;
	struct strbuf message = { 0 };
	bool negative = text[0] == '-';
	uint64_t pid;

	if (number_parse(text + negative, strlen(text + negative), &pid, &error)) {
		strbuf_printf(&message, "Failed to parse pid: %s: %s", error, text);
		return refuse(s, &message);
	}
	if (negative)
		pid = -pid;
	if (pid > MAX_PID) {
		strbuf_printf(&message, "Pid out of range: %llu", (unsigned long long)pid);
		return refuse(s, &message);
	}
	s->process_fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (s->process_fd < 0) {
		strbuf_printf(&message, "Failed to attach to pid: Unable to open pidfd (%s)",
			      strerror(errno));
		return refuse(s, &message);
	}
	s->host.pid = (int32_t)pid;
	return STATUS_OK;
}

static int open_processes(struct session *s)
{
	struct strbuf message = { 0 };

	if (s->opt.pid)
		return open_process(s);
	if (!s->opt.cmd)
		return STATUS_OK;
	if (child_start(s->opt.cmd, &message, &s->child))
		return refuse(s, &message);
	s->host.pid = s->host.child = child_pid(s->child);
	return STATUS_OK;
}

/* -- the script -- */

static int read_text(struct session *s)
{
	const char *file = s->opt.file;
	struct strbuf message = { 0 };
	int err;

	if (s->opt.program && *s->opt.program) {
		s->text = strdup(s->opt.program);
		s->text_len = strlen(s->opt.program);
		return STATUS_OK;
	}
	err = host_read_file(!strcmp(file, "-") ? "/dev/stdin" : file, &s->text, &s->text_len);
	if (!err)
		return STATUS_OK;
	strbuf_printf(&message, "failed to open file '%s': %s", file, strerror(-err));
	return refuse(s, &message);
}

static struct diags_look look_of(const struct session *s)
{
	return (struct diags_look){
		.color = s->color,
		.no_warnings = s->opt.no_warnings,
		.names = getenv("SONDE_DIAG_NAMES"),
	};
}

/* Of a good script: warnings with a place belong to its output, the others are about sonde. */
static void show_warnings(const struct session *s)
{
	if (s->opt.no_warnings)
		return;
	for (const struct diag *d = diags_first(s->script->diags); d; d = d->next)
		if (d->severity == DIAG_IS_WARNING)
			diag_show(s->script->diags, d, d->span.end ? stdout : stderr, look_of(s));
	fflush(stdout);
}

static int show_errors(const struct session *s)
{
	diags_show_errors(s->script->diags, stderr, look_of(s));
	diags_show_warnings(s->script->diags, stderr, look_of(s));
	return STATUS_REFUSED;
}

/* Directories of the environment, behind those of the command line: a list with ':' in between, "" for the one
 * we are in. */
static void add_include_dirs(struct session *s, const char *list)
{
	while (list && *list) {
		size_t len = strcspn(list, ":");

		vec_push(&s->opt.include_dirs, len ? arena_strndup(s->script->arena, list, len) : ".");
		list += len + (list[len] == ':');
	}
}

static int parse(struct session *s)
{
	bool has_file =
		s->opt.file && strcmp(s->opt.file, "-") && !(s->opt.program && *s->opt.program);
	struct script *script = s->script = script_new(&s->host);
	struct strbuf message = { 0 };

	script->warn_reads = s->opt.warnings;
	script->params = s->opt.params.v;
	script->n_params = s->opt.params.n;
	add_include_dirs(s, getenv("CPATH"));
	add_include_dirs(s, getenv("C_INCLUDE_PATH"));
	script->include_dirs = s->opt.include_dirs.v;
	script->n_include_dirs = s->opt.include_dirs.n;
	script->named = s->opt.named.v;
	script->n_named = s->opt.named.n;
	if (settings_from_env(&script->settings, &script->settings_from_env, &message)) {
		fprintf(stderr, "%s\n", message.data);
		strbuf_done(&message);
		return STATUS_INTERNAL;
	}
	strbuf_done(&message);
	for (size_t i = 0; i < s->opt.includes.n; i++)
		c_section_include(script, s->opt.includes.v[i]);
	return script_parse(script, has_file ? s->opt.file : "stdin", s->text, s->text_len) ||
			       script_import(script)
		       ? show_errors(s)
		       : STATUS_OK;
}

/* Words with "--" behind the program: what getopt() calls ask for, or the question what that is. */
static int check_named_params(const struct session *s)
{
	struct strbuf list = { 0 };

	if (named_params_check(s->script)) {
		diags_show_errors(s->script->diags, stderr, look_of(s));
		return STATUS_REFUSED;
	}
	if (!named_params_asked(s->script))
		return STATUS_OK;
	named_params_list(s->script, &list);
	fprintf(stderr, "HINT: %s\n", list.data);
	strbuf_done(&list);
	return STATUS_REFUSED;
}

/* LLVM itself failed, rather than the script asking for too much. */
static bool has_internal_error(const struct diags *ds)
{
	for (const struct diag *d = diags_first(ds); d; d = d->next)
		if (d->severity == DIAG_IS_ERROR && d->code == DIAG_SYSTEM)
			return true;
	return false;
}

static int compile(struct session *s, struct program *ret_program)
{
	unsigned show = s->opt.show;
	struct codegen_options cg = {
		.dump_ir = show & SHOW_CODEGEN,
		.dump_optimized = show & SHOW_CODEGEN_OPT,
		.verify = s->opt.verify,
	};
	unsigned dump = (show & SHOW_AST ? DUMP_AST : 0) | (show & SHOW_TYPES ? DUMP_TYPES : 0);
	int status = parse(s);

	if (status)
		return status;
	if (script_check(s->script, dump)) {
		show_errors(s);
		return s->script->has_bad_c ? STATUS_INTERNAL : STATUS_REFUSED;
	}
	if (!s->script->plan->n_progs) {
		show_warnings(s);
		if (!s->opt.quiet)
			puts("No probes to attach");
		return STATUS_REFUSED;
	}
	if (codegen_program(s->script, cg, ret_program)) {
		show_errors(s);
		return has_internal_error(s->script->diags) ? STATUS_INTERNAL : STATUS_REFUSED;
	}
	show_warnings(s);
	fflush(stdout);
	return check_named_params(s);
}

/* -- running -- */

static int open_output(const struct session *s, FILE **ret_out)
{
	struct strbuf message = { 0 };
	int fd;

	*ret_out = stdout;
	if (s->opt.output) {
		fd = open(s->opt.output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		*ret_out = fd < 0 ? NULL : fdopen(fd, "w");
		if (!*ret_out) {
			strbuf_printf(&message, "Failed to open output file: \"%s\": %s",
				      s->opt.output, strerror(errno));
			return refuse(s, &message);
		}
	}
	if (s->opt.format && strcmp(s->opt.format, "text")) {
		strbuf_printf(&message, "Invalid output format \"%s\"\nValid formats: 'text'",
			      s->opt.format);
		return refuse(s, &message);
	}
	return STATUS_OK;
}

static int show_libbpf(enum libbpf_print_level level, const char *format, va_list ap)
{
	static const char *const names[] = {
		[LIBBPF_WARN] = "WARN", [LIBBPF_INFO] = "INFO", [LIBBPF_DEBUG] = "DEBUG",
	};

	printf("[%s] ", names[level]);
	return vprintf(format, ap);
}

static int hide_libbpf(enum libbpf_print_level level, const char *format, va_list ap)
{
	(void)level, (void)format, (void)ap;
	return 0;
}

static int run(struct session *s, const struct program *program)
{
	struct run_options opt = {
		.host = &s->host,
		.diags = s->script->diags,
		.child = s->child,
		.process_fd = s->process_fd,
		.quiet = s->opt.quiet,
		.verbose = s->opt.verbose,
		.dry_run = s->opt.dry_run,
		.no_warnings = s->opt.no_warnings,
		.color = s->color,
		.show_log = s->opt.show & SHOW_VERIFIER,
	};
	FILE *out;
	int status = open_output(s, &out);

	if (status)
		return status;
	libbpf_set_print(s->opt.show & SHOW_LIBBPF ? show_libbpf : hide_libbpf);
	opt.output = output_new(out, s->opt.buffering, &program->plan->settings);
	status = run_program(program, &opt);
	output_free(opt.output);
	return status;
}

static int compile_and_run(struct session *s)
{
	struct program program = { 0 };
	int status = open_processes(s);

	if (!status)
		status = read_text(s);
	if (!status)
		status = compile(s, &program);
	if (!status)
		status = run(s, &program);
	program_done(&program);
	return status;
}

/* -- -l -- */

/* Counts in *ctx. */
static int print_line(void *ctx, const char *line)
{
	++*(size_t *)ctx;
	return puts(line) < 0;
}

/* Rates and counts are cut off: "interval:s:5" is listed as "interval:s:", "software:cpu" as
 * "software:cpu:". */
static void list_target(const struct session *s, const struct attach_target *t)
{
	const char *last = strrchr(t->name, ':');
	bool has_number = last && strspn(last + 1, "0123456789") == strlen(last + 1);
	size_t n = 0;

	if (t->kind->sees_sonde)
		return;
	if (t->count && has_number)
		printf("%.*s\n", (int)(last + 1 - t->name), t->name);
	else if (t->count)
		printf("%s:\n", t->name);
	else if (!s->opt.verbose || probe_list(&s->host, t->name, true, print_line, &n) || !n)
		puts(t->name);
}

static int list_script(struct session *s)
{
	int status = read_text(s);

	if (!status)
		status = parse(s);
	if (status)
		return status;
	if (pass_config(s->script) || pass_probes(s->script))
		return show_errors(s);
	for (size_t i = 0; i < s->script->units.n; i++)
		for (size_t k = 0; k < s->script->units.v[i]->n_targets; k++)
			list_target(s, &s->script->units.v[i]->targets[k]);
	return STATUS_OK;
}

static int list(struct session *s)
{
	const char *pattern = s->opt.file;
	struct strbuf message = { 0 };
	int status = s->opt.pid ? open_process(s) : STATUS_OK;
	size_t n = 0;

	if (status)
		return status;
	if ((s->opt.program && *s->opt.program) || (pattern && !access(pattern, F_OK)))
		return list_script(s);
	if (pattern && strchr(pattern, '.') && !strpbrk(pattern, ":*") && !s->opt.no_warnings) {
		strbuf_printf(
			&message,
			"It appears that '%s' is a filename but the file does not exist. Treating "
			"'%s' as a search pattern.",
			pattern, pattern);
		complain(s, false, message.data);
		strbuf_done(&message);
	}
	return probe_list(&s->host, pattern, s->opt.verbose, print_line, &n) < 0 ? STATUS_REFUSED
										 : STATUS_OK;
}

/* -- all of it -- */

static int act(struct session *s)
{
	int status;

	switch (s->opt.action) {
	case ACTION_HELP:
		options_usage(stdout);
		return STATUS_OK;
	case ACTION_VERSION:
		puts("sonde v" SONDE_VERSION);
		return STATUS_OK;
	case ACTION_INFO:
	case ACTION_LIST:
	case ACTION_RUN:
		break;
	}
	decide_color(s);
	host_init(&s->host);
	s->host.unsafe = s->opt.unsafe;
	s->host.traceable_functions = s->opt.traceable;
	status = check_system(s);
	if (status)
		return status;
	if (s->opt.action == ACTION_INFO) {
		libbpf_set_print(hide_libbpf);
		system_info(stdout, SONDE_LLVM_VERSION);
		return STATUS_OK;
	}
	return s->opt.action == ACTION_LIST ? list(s) : compile_and_run(s);
}

int main(int argc, char **argv)
{
	struct session s = { .process_fd = -1 };
	int status = STATUS_REFUSED;

	/* Shells have background jobs ignore it; sonde is to end by it, always. */
	signal(SIGINT, SIG_DFL);
	if (!options_read(&s.opt, argc, argv))
		status = act(&s);
	child_free(s.child);
	script_free(s.script);
	free(s.text);
	options_done(&s.opt);
#ifndef __SANITIZE_ADDRESS__
	/* What LLVM would tidy up goes with the process; it takes a while. */
	fflush(NULL);
	_exit(status);
#endif
	return status;
}
