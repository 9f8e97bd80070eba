/* Scripts of many statements: what one of them costs, from 100 to 5,000. The time of an empty script is taken off. */
#include "compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "samples.h"
#include "tracer.h"
#include "work.h"

enum { FEW = 100, MANY = 5000, N_SIZES = 5, N_PEER_SIZES = 2 };
static const unsigned sizes[N_SIZES] = { FEW, 300, 1000, 3000, MANY };
static const unsigned peer_sizes[N_PEER_SIZES] = { FEW, 1000 };

/* Statement number i is written with i (and the same number again, where a kind has it twice). */
struct kind {
	const char *name, *before, *statement, *after;
	unsigned probes;               /* 0: one probe; else so many statements in each */
};

static const struct kind kinds[] = {
	{ "`printf(\"line N %d %s\\n\", pid + N, comm);`", "", "printf(\"line %u %%d %%s\\n\", pid + %u, comm);\n", "", 0 },
	{ "`@m[N, comm] = nsecs + N;`", "", "@m[%u, comm] = nsecs + %u;\n", "clear(@m);", 0 },
	{ "`@c[N] = count();`", "", "@c[%u] = count();\n", "clear(@c);", 0 },
	{ "`$v = $v * N + (uint64)tid / N;`", "$v = (uint64)pid;\n", "$v = $v * %u + (uint64)tid / %u;\n", "print($v);", 0 },
	{ "`if ($v > N) { $v += N; } else { @e = N; }`", "$v = (uint64)pid;\n",
	  "if ($v > %u) { $v += %u; } else { @e = 1; }\n", "print($v);", 0 },
	{ "`@s += N;` in probes of ten statements", "", "@s += %u;\n", "", 10 },
};
enum { N_KINDS = sizeof(kinds) / sizeof(*kinds) };

static struct result {
	struct samples sonde[N_SIZES], peer[N_PEER_SIZES];
} results[N_KINDS];

/* -- scripts -- */

static void write_script(FILE *out, const struct kind *k, unsigned n)
{
	fprintf(out, "BEGIN {\n%s", k->before);
	for (unsigned i = 1; i <= n; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		fprintf(out, k->statement, i, i);
#pragma GCC diagnostic pop
		if (k->probes && i % k->probes == 0 && i < n)
			fputs("}\nBEGIN {\n", out);
	}
	fprintf(out, "%s exit();\n}\n", k->after);
}

/* Processor time of the whole process, ns; n = 0: a script without statements. */
static double time_script(const struct tool *t, const struct kind *k, unsigned n)
{
	char path[] = "/tmp/sonde-bench-XXXXXX";
	const char *args[] = { path, NULL };
	int fd = mkstemp(path);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	struct finished f;
	double ns;

	if (!out)
		die("cannot write %s", path);
	if (n)
		write_script(out, k, n);
	else
		fputs("BEGIN { exit(); }\n", out);
	fclose(out);
	tool_run(t, args, &f);
	unlink(path);
	ns = f.cpu_ns;
	finished_done(&f);
	return ns;
}

/* -- measuring -- */

static void add_time(struct samples *s, const struct tool *t, const struct kind *k, unsigned n, double empty)
{
	samples_add(s, (time_script(t, k, n) - empty) / n);
}

static double time_empty(const struct tool *t, unsigned turns)
{
	struct samples s = { 0 };
	double ns;

	for (unsigned i = 0; i < turns; i++)
		samples_add(&s, time_script(t, NULL, 0));
	ns = samples_min(&s);
	samples_done(&s);
	return ns;
}

/* All kinds and sizes take turns: when the machine is slow for some seconds, it is for all of them. */
void compile_measure(const struct tool *peer, const struct tool *sonde, bool quick)
{
	double empty = time_empty(sonde, 15), peer_empty = quick ? 0 : time_empty(peer, 3);

	for (unsigned round = 0; round < (quick ? 3 : 6); round++)
		for (unsigned k = 0; k < N_KINDS; k++)
			for (unsigned i = 0; i < N_SIZES; i++)
				for (unsigned turn = 0; turn < 1 + 300 / sizes[i]; turn++)
					add_time(&results[k].sonde[i], sonde, &kinds[k], sizes[i], empty);
	/* bpftrace 0.17 takes one BEGIN only */
	for (unsigned k = 0; !quick && k < N_KINDS && !kinds[k].probes; k++)
		for (unsigned i = 0; i < N_PEER_SIZES; i++)
			add_time(&results[k].peer[i], peer, &kinds[k], peer_sizes[i], peer_empty);
}

/* -- the table -- */

static void print_us(const struct samples *s)
{
	if (s->n)
		printf(" %.0f |", samples_min(s) / 1e3);
	else
		printf(" - |");
}

static double ratio(const struct samples *s)
{
	double worst = 0;

	for (unsigned i = 1; i < N_SIZES; i++)
		if (samples_min(&s[i]) > worst)
			worst = samples_min(&s[i]);
	return worst / samples_min(&s[0]);
}

void compile_print(void)
{
	if (!results[0].sonde[0].n)
		return;
	puts("\nOne statement of a long script, microseconds of processor time (best of all turns, whole process less an empty script); the ratio "
	     "is the\nlargest to that of 100 statements; at most 1.20, and 5,000 statements in at most 3 s.\n");
	puts("| statement | 100 | 300 | 1,000 | 3,000 | 5,000 | ratio | all 5,000 | peer: 100 | 1,000 |");
	puts("|---|---|---|---|---|---|---|---|---|---|");
	for (unsigned k = 0; k < N_KINDS; k++) {
		const struct result *r = &results[k];
		double all = samples_min(&r->sonde[N_SIZES - 1]) * MANY / 1e9, worst = ratio(r->sonde);

		printf("| %s |", kinds[k].name);
		for (unsigned i = 0; i < N_SIZES; i++)
			print_us(&r->sonde[i]);
		printf(" %.2f: %s | %.2f s: %s |", worst, worst <= 1.2 ? "met" : "**missed**", all,
		       all <= 3 ? "met" : "**missed**");
		for (unsigned i = 0; i < N_PEER_SIZES; i++)
			print_us(&r->peer[i]);
		putchar('\n');
	}
}
