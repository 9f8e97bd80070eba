#ifndef SONDE_BASE_SPAN_H
#define SONDE_BASE_SPAN_H

#include <stdint.h>

/* A place in the texts of a script: byte positions on one number line on which all texts lie end to
 * end (base/source.h), end excluded. {0, 0} means "no place". */
struct span {
	uint32_t start, end;
};

static inline struct span span_join(struct span a, struct span b)
{
	return (struct span){ a.start, b.end };
}

#endif
