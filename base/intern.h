#ifndef SONDE_BASE_INTERN_H
#define SONDE_BASE_INTERN_H

#include <stddef.h>

struct arena;

/* Equal texts become the same pointer, so names compare with ==. Lives as long as its arena. */
struct intern;

struct intern *intern_new(struct arena *a);
const char *intern_name(struct intern *in, const char *text, size_t len);
const char *intern_str(struct intern *in, const char *text);

#endif
