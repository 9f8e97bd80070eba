#include "options.h"

#include <getopt.h>
#include <string.h>

#include "base/str.h"

enum option_id {
#define OPTION(id, letter, name, arg, group, doc) OPT_##id,
#include "options.def"
#undef OPTION
	OPTIONS
};

static const struct option_row {
	char letter;
	const char *name, *arg, *group, *doc;
} rows[OPTIONS] = {
#define OPTION(id, letter, name, arg, group, doc) { letter, name, arg, group, doc },
#include "options.def"
#undef OPTION
};

/* -- the usage text -- */

static void print_row(FILE *out, const struct option_row *r)
{
	struct strbuf text = { 0 };

	if (r->letter)
		strbuf_printf(&text, "-%c", r->letter);
	if (r->name)
		strbuf_printf(&text, "%s--%s", r->letter ? ", " : "", r->name);
	if (r->arg)
		strbuf_printf(&text, " %s", r->arg);
	if (text.len < 15)
		fprintf(out, "    %-15s%s\n", text.data, r->doc);
	else
		fprintf(out, "    %s\n%19s%s\n", text.data, "", r->doc);
	strbuf_done(&text);
}

/* Headings in front of the rows of a group; groups without are set apart by a blank line. */
static void print_heading(FILE *out, const char *group)
{
	if (!strcmp(group, "developer"))
		fputs("\nDEVELOPER OPTIONS:\n", out);
	else if (!strcmp(group, "trouble"))
		fputs("\nTROUBLESHOOTING OPTIONS:\n", out);
	else
		fputc('\n', out);
}

void options_usage(FILE *out)
{
	const char *group = "";

	fputs("sonde traces the kernel and programs on this machine with short scripts.\n\n"
	      "USAGE:\n"
	      "    sonde [options] FILE [params]\n"
	      "    sonde [options] - [params]        the program comes from standard input\n"
	      "    sonde [options] -e 'PROGRAM' [params]\n"
	      "    Parameters that begin with '-' stand behind '--'.\n\n"
	      "OPTIONS:\n", out);
	for (int i = 0; i < OPTIONS; i++) {
		if (strcmp(rows[i].group, group))
			print_heading(out, rows[i].group);
		group = rows[i].group;
		print_row(out, &rows[i]);
	}
	fputs("\nCONFIGURATION:\n"
	      "    Variables such as SONDE_MAX_STRLEN: see sonde(8).\n\n"
	      "EXAMPLES:\n"
	      "    sonde -l 'tracepoint:*sleep*'\n"
	      "        list probes with \"sleep\" in their name\n"
	      "    sonde -e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'\n"
	      "        count system calls by process\n"
	      "    sonde -e 'profile:hz:99 { @[kstack] = count(); }'\n"
	      "        see what the kernel is busy with\n\n"
	      "DOCUMENTATION:\n"
	      "    sonde(8), sonde-lang(7)\n", out);
}

/* -- reading -- */

static int refuse(const char *text)
{
	fprintf(stderr, "ERROR: USAGE: %s\n", text);
	return -1;
}

static int read_stages(struct options *o, const char *stages)
{
	static const struct { const char *name; unsigned bits;
	} known[] = {
		{"ast", SHOW_AST},	   {"types", SHOW_TYPES},
		{"codegen", SHOW_CODEGEN}, {"codegen-opt", SHOW_CODEGEN_OPT},
		{"libbpf", SHOW_LIBBPF},   {"verifier", SHOW_VERIFIER},
		{"all", SHOW_ALL},
	};

	while (*stages) {
		size_t len = strcspn(stages, ","), i = 0;

		while (i < ARRAY_SIZE(known) &&
		       (strlen(known[i].name) != len || strncmp(known[i].name, stages, len)))
			i++;
		if (i == ARRAY_SIZE(known)) {
			fprintf(stderr, "ERROR: USAGE: invalid option for -d: %.*s\n", (int)len,
				stages);
			return -1;
		}
		o->show |= known[i].bits;
		stages += len + (stages[len] == ',');
	}
	return 0;
}

static int read_buffering(struct options *o, const char *mode)
{
	if (!strcmp(mode, "line"))
		o->buffering = BUFFER_LINE;
	else if (!strcmp(mode, "full"))
		o->buffering = BUFFER_FULL;
	else if (!strcmp(mode, "none"))
		o->buffering = BUFFER_NONE;
	else
		return refuse("-B must be either 'line', 'full', or 'none'.");
	return 0;
}

static int read_warnings(struct options *o)
{
	if (o->warnings)
		return refuse("-kk has been deprecated. Use a single -k for runtime warnings for "
			      "errors in map lookups and probe reads.");
	o->warnings = true;
	return 0;
}

static int read_option(struct options *o, enum option_id id, const char *arg)
{
	switch (id) {
	case OPT_program: o->program = arg; break;
	case OPT_list: o->action = ACTION_LIST; break;
	case OPT_help: o->action = ACTION_HELP; break;
	case OPT_version: o->action = ACTION_VERSION; break;
	case OPT_info: o->action = ACTION_INFO; break;
	case OPT_pid: o->pid = *arg ? arg : NULL; break;
	case OPT_cmd: o->cmd = *arg ? arg : NULL; break;
	case OPT_output: o->output = arg; break;
	case OPT_format: o->format = arg; break;
	case OPT_buffering: return read_buffering(o, arg);
	case OPT_quiet: o->quiet = true; break;
	case OPT_warnings: return read_warnings(o);
	case OPT_no_warnings: o->no_warnings = true; break;
	case OPT_unsafe: o->unsafe = true; break;
	case OPT_traceable: o->traceable = arg; break;
	case OPT_dry_run: o->dry_run = true; break;
	case OPT_debug: return read_stages(o, arg);
	case OPT_verify: o->verify = true; break;
	case OPT_verbose: o->verbose = true; break;
	case OPT_include_dir: vec_push(&o->include_dirs, arg); break;
	case OPT_include: vec_push(&o->includes, arg); break;
	case OPT_btf:
	case OPTIONS:
		break;
	}
	return 0;
}

/* The rows as getopt_long() wants them: values from 256 on, or the letter. */
static void make_tables(struct option *longs, char *letters)
{
	for (int i = 0; i < OPTIONS; i++) {
		if (rows[i].letter) {
			*letters++ = rows[i].letter;
			if (rows[i].arg)
				*letters++ = ':';
		}
		if (rows[i].name)
			*longs++ = (struct option){rows[i].name,
						   rows[i].arg ? required_argument : no_argument,
						   NULL, 256 + i};
	}
	*letters = 0;
	*longs = (struct option){ 0 };
}

static int option_of(int value)
{
	if (value >= 256)
		return value - 256;
	for (int i = 0; i < OPTIONS; i++)
		if (rows[i].letter == value)
			return i;
	return -1;
}

/* The words behind the options: the file, then parameters. */
static void read_words(struct options *o, int n, char **words)
{
	int i = 0;

	if (!o->program && n)
		o->file = words[i++];
	for (; i < n; i++) {
		if (strncmp(words[i], "--", 2))
			vec_push(&o->params, words[i]);
		else
			vec_push(&o->named, words[i]);
	}
}

static int check_options(const struct options *o)
{
	if (o->pid && o->cmd) {
		refuse("Cannot use both -c and -p.");
		options_usage(stderr);
		return -1;
	}
	if (o->warnings && o->no_warnings)
		return refuse("-k, --warnings conflicts with --no-warnings");
	if (o->action == ACTION_LIST && !o->program && o->params.n) {
		options_usage(stderr);
		return -1;
	}
	if (o->action == ACTION_RUN && !o->file && !(o->program && *o->program))
		return refuse("filename or -e 'program' required.");
	return 0;
}

int options_read(struct options *o, int argc, char **argv)
{
	struct option longs[OPTIONS + 1];
	char letters[2 * OPTIONS + 1];
	int c;

	memset(o, 0, sizeof(*o));
	if (argc == 1) {
		options_usage(stderr);
		return -1;
	}
	make_tables(longs, letters);
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) >= 0) {
		int id = option_of(c);

		if (id < 0) {
			options_usage(stderr);
			return -1;
		}
		if (read_option(o, (enum option_id)id, optarg))
			return -1;
		if (o->action > ACTION_LIST) /* acts at once */
			return 0;
	}
	read_words(o, argc - optind, argv + optind);
	return check_options(o);
}

void options_done(struct options *o)
{
	vec_done(&o->params);
	vec_done(&o->include_dirs);
	vec_done(&o->includes);
	vec_done(&o->named);
}
