#include <stdbool.h>
#include <string.h>

#include "probes/arch.h"

/* How long an x86-64 instruction is: prefixes, opcode, and what the tables say follows it. */

enum { LONGEST = 15 };

/* One letter an opcode. '.': nothing; 'm': ModRM; 'b', 'w', 'z': immediate of 1, 2, 4 bytes (z: 2
 * with prefix 66); 'B', 'Z': ModRM and that immediate; 'v': like z, 8 bytes with REX.W; 'j': 4
 * bytes always; 'a': an address; 'e': 3 bytes (enter); 't', 'T': group 3, ModRM and b, z for its
 * first two members; 'p': a prefix; 'x': not in 64-bit mode, or another map. */
static const char one_byte[256 + 1] =
	"mmmmbzxx" "mmmmbzxx" "mmmmbzxx" "mmmmbzxx" /* 00 */
	"mmmmbzpx" "mmmmbzpx" "mmmmbzpx" "mmmmbzpx" /* 20 */
	"xxxxxxxx" "xxxxxxxx" "........" "........" /* 40: REX is taken before */
	"xxxmpppp" "zZbB...." "bbbbbbbb" "bbbbbbbb" /* 60 */
	"BZxBmmmm" "mmmmmmmm" "........" "..x....." /* 80 */
	"aaaa...." "bz......" "bbbbbbbb" "vvvvvvvv" /* a0 */
	"BBw.xxBZ" "e.w..bx." "mmmmxxx." "mmmmmmmm" /* c0 */
	"bbbbbbbb" "jjxb...." "p.pp..tT" "......mm"; /* e0 */

static const char two_byte[256 + 1] =
	"mmmmx..." "..x.xm.B" "mmmmmmmm" "mmmmmmmm" /* 0f 00 */
	"mmmmxxxx" "mmmmmmmm" "......x." "xxxxxxxx" /* 0f 20 */
	"mmmmmmmm" "mmmmmmmm" "mmmmmmmm" "mmmmmmmm" /* 0f 40 */
	"mmmmmmmm" "mmmmmmmm" "BBBBmmm." "mmmmmmmm" /* 0f 60 */
	"jjjjjjjj" "jjjjjjjj" "mmmmmmmm" "mmmmmmmm" /* 0f 80 */
	"...mBmxx" "...mBmmm" "mmmmmmmm" "mmBmmmmm" /* 0f a0 */
	"mmBmBBBm" "........" "mmmmmmmm" "mmmmmmmm" /* 0f c0 */
	"mmmmmmmm" "mmmmmmmm" "mmmmmmmm" "mmmmmmmm"; /* 0f e0 */

struct decoder {
	const uint8_t *code;
	size_t len, at;
	bool operand16, address32, rex_w;
};

static int next_byte(struct decoder *d)
{
	return d->at < d->len ? d->code[d->at++] : -1;
}

static void take_prefixes(struct decoder *d)
{
	for (; d->at < d->len && one_byte[d->code[d->at]] == 'p'; d->at++) {
		d->operand16 |= d->code[d->at] == 0x66;
		d->address32 |= d->code[d->at] == 0x67;
	}
	if (d->at < d->len && (d->code[d->at] & 0xf0) == 0x40)
		d->rex_w = d->code[d->at++] & 8;
}

/* ModRM, and the SIB and displacement it asks for. Returns its reg field, -1 at the end. */
static int take_modrm(struct decoder *d)
{
	int modrm = next_byte(d), mod = modrm >> 6, rm = modrm & 7, sib;

	if (modrm < 0)
		return -1;
	if (mod != 3 && rm == 4) {
		sib = next_byte(d);
		if (sib < 0)
			return -1;
		if (mod == 0 && (sib & 7) == 5)
			d->at += 4;
	}
	if (mod == 1)
		d->at += 1;
	else if (mod == 2 || (mod == 0 && rm == 5))
		d->at += 4;
	return modrm >> 3 & 7;
}

static int take_operands(struct decoder *d, char what)
{
	size_t z = d->operand16 && !d->rex_w ? 2 : 4;
	int reg = 0;

	if (strchr("mBZtT", what))
		reg = take_modrm(d);
	if (reg < 0)
		return -1;
	switch (what) {
	case '.':
	case 'm':
		return 0;
	case 'b':
	case 'B':
		d->at += 1;
		return 0;
	case 'w':
		d->at += 2;
		return 0;
	case 'e':
		d->at += 3;
		return 0;
	case 'z':
	case 'Z':
		d->at += z;
		return 0;
	case 'j':
		d->at += 4;
		return 0;
	case 'v':
		d->at += d->rex_w ? 8 : z;
		return 0;
	case 'a':
		d->at += d->address32 ? 4 : 8;
		return 0;
	case 't':
		d->at += reg < 2 ? 1 : 0;
		return 0;
	case 'T':
		d->at += reg < 2 ? z : 0;
		return 0;
	default:
		return -1;
	}
}

/* AMD's own: maps 8 to 10, with an immediate of 1, 0, 4 bytes. */
static int take_xop(struct decoder *d)
{
	static const char operands[] = { 'B', 'm', 'Z' };
	int map = next_byte(d) & 31;

	d->at += 2; /* the rest of the prefix, and the opcode */
	d->operand16 = false;
	return map > 10 ? -1 : take_operands(d, operands[map - 8]);
}

/* Opcode maps by number, as VEX and EVEX count them: 1 is 0f, 2 is 0f 38, 3 is 0f 3a; 5 and 6 are
 * new. */
static int take_map(struct decoder *d, int map, bool is_vex)
{
	int opcode = next_byte(d);
	char what = 'm';

	if (opcode < 0)
		return -1;
	if (map == 3)
		what = 'B';
	else if (map == 1)
		what = two_byte[opcode];
	else if (map != 2 && map != 5 && map != 6)
		return -1;
	if (is_vex && map == 1 && what != 'B' && opcode != 0x77)
		what = 'm';
	return take_operands(d, what);
}

static int take_opcode(struct decoder *d)
{
	int opcode = next_byte(d), payload;

	switch (opcode) {
	case -1:
		return -1;
	case 0x0f:
		if (d->at < d->len && (d->code[d->at] == 0x38 || d->code[d->at] == 0x3a))
			return take_map(d, d->code[d->at++] == 0x38 ? 2 : 3, false);
		return take_map(d, 1, false);
	case 0xc5:
		d->at++;
		return take_map(d, 1, true);
	case 0xc4:
		payload = next_byte(d);
		d->at++;
		return payload < 0 ? -1 : take_map(d, payload & 31, true);
	case 0x62:
		payload = next_byte(d);
		d->at += 2;
		return payload < 0 ? -1 : take_map(d, payload & 7, true);
	case 0x8f: /* pop, unless it has what pop cannot have */
		if (d->at < d->len && (d->code[d->at] & 31) >= 8)
			return take_xop(d);
		return take_operands(d, 'm');
	default:
		return take_operands(d, one_byte[opcode]);
	}
}

size_t arch_instruction_length(const uint8_t *code, size_t len)
{
	struct decoder d = { .code = code, .len = len < LONGEST ? len : LONGEST };

	take_prefixes(&d);
	if (take_opcode(&d) || d.at > d.len)
		return 0;
	return d.at;
}
