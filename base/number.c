#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"

#define OVERFLOW_TEXT(max) "overflow error, maximum value is " max
static const char overflow[] = OVERFLOW_TEXT("18446744073709551615");
static const char trailing[] = "invalid trailing bytes";
static const char empty[] = "invalid integer";

/* What may stand behind the digits: a factor (durations, in nanoseconds) or a limit. */
static const struct {
	const char *text;
	uint64_t factor, limit;
	const char *error;
} suffixes[] = {
	{ "ns", 1, UINT64_MAX, overflow },
	{ "us", 1000, UINT64_MAX, overflow },
	{ "ms", 1000000, UINT64_MAX, overflow },
	{ "s", 1000000000ull, UINT64_MAX, overflow },
	{ "m", 60000000000ull, UINT64_MAX, overflow },
	{ "h", 3600000000000ull, UINT64_MAX, overflow },
	{ "d", 86400000000000ull, UINT64_MAX, overflow },
	{ "u", 1, UINT32_MAX, OVERFLOW_TEXT("4294967295") },
	{ "ul", 1, UINT64_MAX, overflow },
	{ "ull", 1, UINT64_MAX, overflow },
	{ "l", 1, INT64_MAX, OVERFLOW_TEXT("9223372036854775807") },
	{ "ll", 1, INT64_MAX, OVERFLOW_TEXT("9223372036854775807") },
};

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Reads digits of a base, with underscores; *at moves behind them. */
static int read_digits(const char *text, size_t len, size_t *at, unsigned base, uint64_t *ret_value,
		       const char **ret_error)
{
	uint64_t value = 0;
	size_t i = *at, digits = 0;

	for (; i < len; i++) {
		int d;

		if (text[i] == '_' && i)
			continue;
		d = digit_value(text[i]);
		if (d >= (int)base)
			break;
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)d, &value)) {
			*ret_error = overflow;
			return -1;
		}
		digits++;
	}
	if (!digits) {
		*ret_error = empty;
		return -1;
	}
	if (text[i - 1] == '_' && (i == len || digit_value(text[i]) > 9)) {
		*ret_error = "trailing underscore in integer literal";
		return -1;
	}
	*at = i;
	*ret_value = value;
	return 0;
}

static int apply_exponent(const char *text, size_t len, size_t *at, uint64_t *value,
			  const char **ret_error)
{
	uint64_t exponent;

	if (*value < 1 || *value > 9) {
		*ret_error = "coefficient part of scientific literal must be 1-9";
		return -1;
	}
	++*at;
	if (*at >= len || text[*at] < '1' || text[*at] > '9') {
		*ret_error = trailing;
		return -1;
	}
	if (read_digits(text, len, at, 10, &exponent, ret_error))
		return -1;
	while (exponent--) {
		if (__builtin_mul_overflow(*value, (uint64_t)10, value)) {
			*ret_error = overflow;
			return -1;
		}
	}
	return 0;
}

static int apply_suffix(const char *text, size_t len, uint64_t *value, const char **ret_error)
{
	char lower[4] = "";

	if (!len)
		return 0;
	/* As in C; durations have one spelling only: nobody knows whether 5M would be minutes. */
	for (size_t i = 0; len < sizeof(lower) && i < len; i++)
		lower[i] = text[i] == 'U' ? 'u' : text[i] == 'L' ? 'l' : text[i];
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		if (strcmp(suffixes[i].text, lower))
			continue;
		if (__builtin_mul_overflow(*value, suffixes[i].factor, value) ||
		    *value > suffixes[i].limit) {
			*ret_error = suffixes[i].error;
			return -1;
		}
		return 0;
	}
	*ret_error = trailing;
	return -1;
}

/* The base that the beginning of a number tells; *ret_at: where its digits begin. */
static unsigned read_base(const char *text, size_t len, size_t *ret_at)
{
	size_t second = 1;

	*ret_at = 0;
	if (len < 2 || text[0] != '0')
		return 10;
	if ((text[1] | 32) == 'x' || (text[1] | 32) == 'b') {
		*ret_at = 2;
		return (text[1] | 32) == 'x' ? 16 : 2;
	}
	while (second < len && text[second] == '_')
		second++;
	/* "08" is a mistake and not 8 */
	return second < len && text[second] >= '0' && text[second] <= '9' ? 8 : 10;
}

int number_parse(const char *text, size_t len, uint64_t *ret_value, const char **ret_error)
{
	uint64_t value;
	size_t at;
	unsigned base = read_base(text, len, &at);

	if (read_digits(text, len, &at, base, &value, ret_error))
		return -1;
	if (base == 10 && at < len && (text[at] | 32) == 'e' &&
	    apply_exponent(text, len, &at, &value, ret_error))
		return -1;
	if (apply_suffix(text + at, len - at, &value, ret_error))
		return -1;
	*ret_value = value;
	return 0;
}
