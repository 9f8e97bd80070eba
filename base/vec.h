#ifndef SONDE_BASE_VEC_H
#define SONDE_BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>

/* malloc and friends that end the process when there is no memory. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);

/* A growing array on the heap: VEC(int) v = { 0 }; vec_push(&v, 5); v.v[0]; v.n; vec_done(&v); */
#define VEC(type) struct { type *v; size_t n, cap; }

#define vec_push(vec, ...) \
	do { \
		if ((vec)->n == (vec)->cap) { \
			(vec)->cap = (vec)->cap ? (vec)->cap * 2 : 8; \
			(vec)->v = xrealloc((vec)->v, (vec)->cap * sizeof(*(vec)->v)); \
		} \
		(vec)->v[(vec)->n++] = (__VA_ARGS__); \
	} while (0)

#define vec_done(vec) \
	do { \
		free((vec)->v); \
		(vec)->v = NULL; \
		(vec)->n = (vec)->cap = 0; \
	} while (0)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
