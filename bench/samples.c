#include "samples.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void samples_add(struct samples *s, double v)
{
	if (!s->v)
		s->v = calloc(MAX_SAMPLES, sizeof(*s->v));
	if (!s->v || s->n == MAX_SAMPLES)
		die("no room for another sample");
	s->v[s->n++] = v;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double samples_median(const struct samples *s)
{
	size_t size = s->n * sizeof(*s->v);
	double *v, median;

	if (!s->n)
		die("nothing was measured");
	v = malloc(size);
	if (!v)
		die("no memory");
	memcpy(v, s->v, size);
	qsort(v, s->n, sizeof(*v), compare);
	median = (v[(s->n - 1) / 2] + v[s->n / 2]) / 2;
	free(v);
	return median;
}

double samples_min(const struct samples *s)
{
	double min = s->v[0];

	for (size_t i = 1; i < s->n; i++)
		min = s->v[i] < min ? s->v[i] : min;
	return min;
}

double samples_max(const struct samples *s)
{
	double max = s->v[0];

	for (size_t i = 1; i < s->n; i++)
		max = s->v[i] > max ? s->v[i] : max;
	return max;
}

void samples_done(struct samples *s)
{
	free(s->v);
	*s = (struct samples){ 0 };
}

double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("bench: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}
