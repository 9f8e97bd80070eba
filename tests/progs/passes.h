/* What tests/progs/passes.c passes to its functions; scripts include it as it is. */
#ifndef PASSES_H
#define PASSES_H

#include <stdint.h>

enum color { RED, GREEN = 5, BLUE };

struct point {
	int16_t x, y;
};

struct all {
	char letter;
	uint8_t small;
	int16_t cells[2][3];
	unsigned low : 3;
	int middle : 5;
	unsigned long high : 40;
	struct point corner[2];
	union {
		uint32_t word;
		uint8_t bytes[4];
	};
	struct {
		int64_t inside;
	} named;
	enum color color;
	char name[8];
	struct all *next;
	double real;
	int64_t last;
};

#endif
