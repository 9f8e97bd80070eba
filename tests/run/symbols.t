# Names of addresses in processes: where they come from, and when the process is gone.

NAME   a user stack of many processes that have ended
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:middle { @[ustack(2)] = count(); @n = count(); }
AFTER  for i in 1 2 3 4 5; do {{PROGS}}/calls 2; done
MATCH  ^        middle\+0$
MATCH  ^        outer\+[0-9]+$
MATCH  ^@n: 10$
MATCH_NOT ^        0x

NAME   a process that was running before and ends before it is shown
NEEDS  root uprobe
BEFORE {{PROGS}}/calls 3 100
READY  kill -USR1 {{BEFORE_PID}}
SCRIPT uprobe:{{PROGS}}/calls:middle /pid == {{BEFORE_PID}}/ { @[ustack(1)] = count(); @n++; }
	interval:s:1 { if (@n == 3) { @seconds_since++; if (@seconds_since > 1) { exit(); } } }
MATCH  ^        middle\+0$
MATCH  ^\]: 3$

NAME   symbols packed into .gnu_debugdata
NEEDS  root uprobe tool:gcc tool:objcopy tool:xz
RUN    cd $TMP && echo 'static __attribute__((noinline)) int hidden(int n) { volatile int x = n; return x; }
	int main(void) { return hidden(0); }' > p.c && gcc -O1 -o p p.c && nm -f posix p | awk '$2 ~ /[tT]/ { print $1 }' > keep
	objcopy -S --keep-symbols=keep p mini && xz mini && objcopy -S --add-section .gnu_debugdata=mini.xz p packed
	$SONDE -q -e "uprobe:$TMP/packed:0x$(nm p | awk '/ hidden/ { print $1 }') { print(usym(reg(\"ip\"))); }" -c ./packed
MATCH  ^hidden$

NAME   a stripped program has the names that it exports
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls_stripped:middle { @[ustack(1)] = count(); }
ARGS   -c '{{PROGS}}/calls_stripped 2'
MATCH  ^        middle\+0$
MATCH  ^\]: 2$
