/* A header as C compilers read it: with an inline function, types of types, and constants that need a compiler. */
#ifndef LAYOUT_H
#define LAYOUT_H
#include <stdint.h>
#include <time.h>

#define LAYOUT_LIMIT 7
#define LAYOUT_MASK (LAYOUT_LIMIT << 4) /* 0x70 */
#define LAYOUT_NEXT(x) ((x) + 1)

static inline int layout_add(int a, int b)
{
	return __extension__({ int sum = a + b; sum; });
}

typedef struct {
	int x;
	unsigned char y : 3;
	unsigned int z : 5;
} layout_pair_t;

enum layout_kind { LAYOUT_SMALL = 3, LAYOUT_LARGE, LAYOUT_BELOW = -2 };
enum { LAYOUT_ALONE = sizeof(layout_pair_t) };

enum layout_wide { LAYOUT_WIDE = 0xffffffffffffffff };
enum layout_byte { LAYOUT_BYTE = 200 } __attribute__((packed));

struct layout {
	uint64_t id;
	uint32_t low : 7, : 3, high : 9;
	char name[16];
	union {
		struct {
			short first, second;
		};
		int both;
	};
	struct inner {
		char c;
		long l;
	} __attribute__((packed)) inner;
	struct timespec when;
	layout_pair_t pairs[2];
	enum layout_kind kind;
	int (*call)(int);
	typeof(((struct timespec *)0)->tv_nsec) nsec;
	char tail[__builtin_constant_p(3) ? 8 : 2];
	_Bool flag : 1;
	enum layout_byte byte;
	enum layout_wide wide;
	_Alignas(32) char last[];
} __attribute__((aligned(16)));

#endif
