/* Scripts of many statements: what one more of them costs, from 100 to 5,000. The time of a script of some is taken off: the first
 * ones pay for code that is mapped and run for the first time, too. */
#include "compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "samples.h"
#include "tracer.h"
#include "work.h"

enum { MAX_KEYS = 4096 /* of a map */, SOME = 50, FEW = 100, MANY = 5000, N_SIZES = 5, N_PEER_SIZES = 2 };
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

/* A statement's processor time, ns, of each round; and how many times that of a script of FEW. */
static struct result {
	struct samples sonde[N_SIZES], ratio[N_SIZES], peer[N_PEER_SIZES];
} results[N_KINDS];

/* -- scripts -- */

static void write_script(FILE *out, const struct kind *k, unsigned n)
{
	if (n > MAX_KEYS) /* of the peer's scripts none is so long: it does not know this */
		fprintf(out, "config = { max_map_keys = %u; }\n", n);
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

/* Processor time of the whole process, ns. */
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
	write_script(out, k, n);
	fclose(out);
	tool_run(t, args, &f);
	unlink(path);
	ns = f.cpu_ns;
	finished_done(&f);
	return ns;
}

/* -- measuring -- */

/* Runs of scripts of one size in a round: times added up. */
struct runs {
	unsigned n;
	double ns;
};

static void run_once(struct runs *r, const struct tool *t, const struct kind *k, unsigned n)
{
	r->n++;
	r->ns += time_script(t, k, n);
}

/* All sizes get as many statements to compile, in turns: what slows the machine down for some seconds slows them all down, and
 * a short script cannot be lucky more often than a long one. */
static void measure_round(const struct tool *t, const struct kind *k, struct result *ret)
{
	struct runs some = { 0 }, runs[N_SIZES] = { 0 };
	double few = 0;

	for (unsigned done = 0; done < MANY; done += FEW) {
		run_once(&some, t, k, SOME);
		for (unsigned i = 0; i < N_SIZES; i++)
			if (runs[i].n * sizes[i] <= done)
				run_once(&runs[i], t, k, sizes[i]);
	}
	for (unsigned i = 0; i < N_SIZES; i++) {
		double ns = (runs[i].ns / runs[i].n - some.ns / some.n) / (sizes[i] - SOME);

		if (sizes[i] == FEW)
			few = ns;
		samples_add(&ret->sonde[i], ns);
		samples_add(&ret->ratio[i], ns / few);
	}
}

static void measure_peer(const struct tool *t, const struct kind *k, struct result *ret)
{
	double some = time_script(t, k, SOME);

	for (unsigned i = 0; i < N_PEER_SIZES; i++)
		samples_add(&ret->peer[i], (time_script(t, k, peer_sizes[i]) - some) / (peer_sizes[i] - SOME));
}

void compile_measure(const struct tool *peer, const struct tool *sonde, bool quick)
{
	for (unsigned round = 0; round < (quick ? 3 : 7); round++)
		for (unsigned k = 0; k < N_KINDS; k++)
			measure_round(sonde, &kinds[k], &results[k]);
	/* bpftrace 0.17 takes one BEGIN only */
	for (unsigned k = 0; !quick && k < N_KINDS && !kinds[k].probes; k++)
		measure_peer(peer, &kinds[k], &results[k]);
}

/* -- the table -- */

static void print_us(const struct samples *s)
{
	if (s->n)
		printf(" %.0f |", samples_median(s) / 1e3);
	else
		printf(" - |");
}

/* The largest and the smallest ratio of a row. */
static void print_ratio(const struct result *r)
{
	double high = 1, low = 1;

	for (unsigned i = 0; i < N_SIZES; i++) {
		double ratio = samples_median(&r->ratio[i]);

		high = ratio > high ? ratio : high;
		low = ratio < low ? ratio : low;
	}
	printf(" %.2f to %.2f: %s |", low, high, high <= 1.2 && low >= 0.8 ? "met" : "**missed**");
}

void compile_print(void)
{
	if (!results[0].sonde[0].n)
		return;
	puts("\nOne statement of a long script, microseconds of processor time: whole process less a script of 50 such statements, median "
	     "of\nthe rounds. The ratios are to a script of 100 in the same round, medians too, lowest and highest of all sizes: 0.80 to 1.20; 5,000 statements in at\nmost 3 s.\n");
	puts("| statement | 100 | 300 | 1,000 | 3,000 | 5,000 | ratios | all 5,000 | peer: 100 | 1,000 |");
	puts("|---|---|---|---|---|---|---|---|---|---|");
	for (unsigned k = 0; k < N_KINDS; k++) {
		const struct result *r = &results[k];
		double all = samples_median(&r->sonde[N_SIZES - 1]) * MANY / 1e9;

		printf("| %s |", kinds[k].name);
		for (unsigned i = 0; i < N_SIZES; i++)
			print_us(&r->sonde[i]);
		print_ratio(r);
		printf(" %.2f s: %s |", all, all <= 3 ? "met" : "**missed**");
		for (unsigned i = 0; i < N_PEER_SIZES; i++)
			print_us(&r->peer[i]);
		putchar('\n');
	}
}
