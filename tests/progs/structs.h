/* What tests/progs/structs.c passes around; scripts include it as it is. */
#ifndef STRUCTS_H
#define STRUCTS_H

#include <stdbool.h>

#define SIDES 3
#define AREA(x, y) ((x) * (y))
#define PLACE_X at.x

enum kind { CIRCLE = 1, SQUARE = 4 };

struct place {
	int x, y;
};

struct shape {
	int id;
	char name[16];
	enum kind kind;
	struct place at;
	struct shape *next;
	bool is_set;
	unsigned short sides[SIDES];
	unsigned urgent : 1, level : 3;
	int score : 4;
	union {
		unsigned long long big;
		unsigned char low;
	};
	char full[8];
	int grid[2][SIDES];
	double weight;
};

struct packet {
	unsigned char version;
	unsigned length;
	signed short delta;
	unsigned flags : 11;
	struct {
		unsigned char r, g, b;
	} color;
	struct {
		unsigned short from, to;
	} ports[1];
} __attribute__((packed));

static inline int shape_area(const struct shape *s)
{
	return AREA(s->sides[0], s->sides[1]);
}

int take_shape(const struct shape *s, const struct shape *others, int n);
int take_packet(const struct packet *p);

#endif
