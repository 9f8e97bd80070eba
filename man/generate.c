/* Writes a manual page: man_generate IN OUT. A line of IN that is only a word between two '@' is replaced by a table
 * from the rows: @VALUES@ @FUNCTIONS@ @AGGREGATIONS@ @PROBES@ @SETTINGS@. @VERSION@ may stand anywhere. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

/* A text as troff shows it: no escapes, no requests, hyphens that can be copied. */
static void put_text(FILE *out, const char *text)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			putc(*text, out);
		line_start = *text == '\n';
	}
}

static void put_entry_head(FILE *out, const char *name)
{
	fputs(".TP\n\\fB", out);
	put_text(out, name);
	fputs("\\fR", out);
}

/* "string(ptr, uint?)" of str becomes "str(ptr, uint?): string". */
static void put_signature(FILE *out, const struct builtin *b)
{
	size_t result_len = strcspn(b->sig, "(");
	bool has_parens = !(b->flags & BUILTIN_VALUE) || b->sig[result_len + 1] != ')';

	put_entry_head(out, b->name);
	if (has_parens)
		put_text(out, b->sig + result_len);
	if (strncmp(b->sig, "void", result_len) && strncmp(b->sig, "own", result_len) && !b->agg)
		fprintf(out, ": %.*s", (int)result_len, b->sig);
	putc('\n', out);
	put_text(out, b->doc);
	putc('\n', out);
}

enum which { VALUES, FUNCTIONS, AGGREGATIONS };

static enum which which_is(const struct builtin *b)
{
	if (b->agg)
		return AGGREGATIONS;
	return b->flags & BUILTIN_VALUE ? VALUES : FUNCTIONS;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct builtin *const *)a)->name, (*(const struct builtin *const *)b)->name);
}

static void put_builtins(FILE *out, enum which which)
{
	VEC(const struct builtin *) list = { 0 };
	const struct builtin *b;

	for (size_t i = 0; (b = builtin_at(i)); i++)
		if (which_is(b) == which)
			vec_push(&list, b);
	qsort(list.v, list.n, sizeof(*list.v), by_name);
	for (size_t i = 0; i < list.n; i++)
		put_signature(out, list.v[i]);
	vec_done(&list);
}

static void put_values(FILE *out)
{
	put_builtins(out, VALUES);
}

static void put_functions(FILE *out)
{
	put_builtins(out, FUNCTIONS);
}

static void put_aggregations(FILE *out)
{
	put_builtins(out, AGGREGATIONS);
}

static void put_probes(FILE *out)
{
	const struct probe_kind *k;

	for (size_t i = 0; (k = probe_kind_at(i)); i++) {
		put_entry_head(out, k->spec);
		if (k->aliases)
			fprintf(out, " (short: %s)", k->aliases);
		putc('\n', out);
		put_text(out, k->doc);
		putc('\n', out);
	}
}

static void put_settings(FILE *out)
{
#define SETTING(c_type, name, parser, fallback, doc) \
	put_entry_head(out, #name); \
	putc('\n', out); \
	put_text(out, doc); \
	putc('\n', out);
#include "ast/settings.def"
#undef SETTING
}

static const struct table {
	const char *word;
	void (*put)(FILE *out);
} tables[] = {
	{ "@VALUES@\n", put_values },
	{ "@FUNCTIONS@\n", put_functions },
	{ "@AGGREGATIONS@\n", put_aggregations },
	{ "@PROBES@\n", put_probes },
	{ "@SETTINGS@\n", put_settings },
};

static void put_line(FILE *out, const char *line)
{
	const char *version;

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		if (!strcmp(line, tables[i].word)) {
			tables[i].put(out);
			return;
		}
	while ((version = strstr(line, "@VERSION@"))) {
		fprintf(out, "%.*s%s", (int)(version - line), line, SONDE_VERSION);
		line = version + strlen("@VERSION@");
	}
	fputs(line, out);
}

int main(int argc, char **argv)
{
	FILE *in = argc == 3 ? fopen(argv[1], "r") : NULL;
	FILE *out = in ? fopen(argv[2], "w") : NULL;
	char line[1024];

	if (!out) {
		fprintf(stderr, "usage: man_generate IN OUT\n");
		return 1;
	}
	while (fgets(line, sizeof(line), in))
		put_line(out, line);
	fclose(in);
	return fclose(out) ? 1 : 0;
}
