#include "runtime/output.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "ast/plan.h"
#include "base/str.h"
#include "base/vec.h"
#include "runtime/ksyms.h"
#include "runtime/usyms.h"

enum {
	BLOCK = 64 * 1024,       /* much: written when that many bytes have gathered */
	PROMPT_LINES = 64,       /* lines of a burst that are written one by one */
};

struct output {
	FILE *out;
	enum buffering buffering;
	const struct settings *settings;
	const struct plan *plan;
	struct strbuf pending;
	unsigned held_lines;     /* line writes since output_hold(true) */
	bool held;
	int error;
	struct ksyms *ksyms;
	bool ksyms_tried;
	struct usyms *usyms;
	VEC(struct format *) formats;  /* by index of the event; NULL: not seen so far */
};

struct output *output_new(FILE *out, enum buffering b, const struct settings *settings)
{
	struct output *o = xcalloc(1, sizeof(*o));

	fflush(out);
	o->out = out;
	o->buffering = b;
	o->settings = settings;
	return o;
}

void output_free(struct output *o)
{
	if (!o)
		return;
	output_flush(o);
	for (size_t i = 0; i < o->formats.n; i++)
		format_free(o->formats.v[i]);
	vec_done(&o->formats);
	ksyms_free(o->ksyms);
	usyms_free(o->usyms);
	strbuf_done(&o->pending);
	free(o);
}

/* 0 or an errno. Waits where the descriptor was left non-blocking by somebody else. */
static int write_all(FILE *out, const char *bytes, size_t len)
{
	struct pollfd p = { .fd = fileno(out), .events = POLLOUT };
	ssize_t n;

	if (p.fd < 0) /* a stream in memory */
		return fwrite(bytes, 1, len, out) != len || fflush(out) ? EIO : 0;
	for (; len; bytes += n, len -= (size_t)n) {
		n = write(p.fd, bytes, len);
		if (n >= 0)
			continue;
		if (errno == EAGAIN)
			poll(&p, 1, -1);
		else if (errno != EINTR)
			return errno;
		n = 0;
	}
	return 0;
}

/* Hands the first bytes of what is pending to the kernel. After an error nothing is tried again. */
static void write_pending(struct output *o, size_t len)
{
	struct strbuf *p = &o->pending;

	if (!len)
		return;
	if (!o->error)
		o->error = write_all(o->out, p->data, len);
	p->len -= len;
	memmove(p->data, p->data + len, p->len);
}

/* How many of the bytes belong to whole lines. */
static size_t whole_lines(const char *bytes, size_t len)
{
	while (len && bytes[len - 1] != '\n')
		len--;
	return len;
}

static void write_lines(struct output *o)
{
	write_pending(o, whole_lines(o->pending.data, o->pending.len));
}

void output_flush(struct output *o)
{
	write_pending(o, o->pending.len);
}

void output_hold(struct output *o, bool hold)
{
	o->held = hold;
	o->held_lines = 0;
	if (!hold && o->buffering == BUFFER_LINE)
		write_lines(o);
}

void output_write(struct output *o, const void *bytes, size_t len)
{
	strbuf_put(&o->pending, bytes, len);
	if (o->buffering == BUFFER_NONE || o->pending.len >= BLOCK) {
		output_flush(o);
	} else if (o->buffering == BUFFER_LINE && whole_lines(bytes, len)) {
		if (!o->held || o->held_lines++ < PROMPT_LINES)
			write_lines(o);
	}
}

void output_text(struct output *o, const char *text)
{
	output_write(o, text, strlen(text));
}

int output_error(const struct output *o)
{
	return o->error;
}

const struct settings *output_settings(const struct output *o)
{
	return o->settings;
}

struct ksyms *output_ksyms(struct output *o)
{
	if (!o->ksyms_tried) {
		o->ksyms_tried = true;
		if (ksyms_open(&o->ksyms))
			o->ksyms = NULL;
	}
	return o->ksyms;
}

struct usyms *output_usyms(struct output *o)
{
	if (!o->usyms)
		o->usyms = usyms_new(o->settings->cpp_demangle);
	return o->usyms;
}

void output_use_plan(struct output *o, const struct plan *p)
{
	o->plan = p;
}

const char *output_event_text(const struct output *o, uint32_t event, size_t *ret_len)
{
	if (!o->plan || event >= o->plan->n_events || !o->plan->events[event]->text)
		return NULL;
	*ret_len = o->plan->events[event]->text_len;
	return o->plan->events[event]->text;
}

void output_printf(struct output *o, const struct event_desc *e, const void *args, struct strbuf *out)
{
	while (o->formats.n <= e->index)
		vec_push(&o->formats, NULL);
	if (!o->formats.v[e->index])
		o->formats.v[e->index] = format_new(e->text, e->text_len, e->record);
	format_put(o, o->formats.v[e->index], args, out);
}
