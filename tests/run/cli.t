# The command line.

NAME   no arguments: the usage on standard error
RUN    $SONDE
STATUS 1
ERR    ^ *USAGE:?

NAME   help and version
RUN    $SONDE -h | grep -c -e '-e' && $SONDE --help | head -n 1 && $SONDE -V && $SONDE --version
MATCH  ^sonde v[0-9]+\.[0-9]+\.[0-9]+$

NAME   an unknown option
RUN    $SONDE --nosuchoption
STATUS 1
ERR    unrecognized option '--nosuchoption'

NAME   neither file nor program
NEEDS  root
RUN    $SONDE -v
STATUS 1
ERR    USAGE: filename or -e 'program' required\.

NAME   a file, with parameters
NEEDS  root
RUN    echo 'begin { printf("%d %s %d\n", $1, str($2), $#); }' >{{TMP}}/x.bt; $SONDE -q {{TMP}}/x.bt 5 six
EXPECT 5 six 2

NAME   standard input
NEEDS  root
RUN    echo 'begin { print("in"); }' | $SONDE -q -
EXPECT in

NAME   a script that starts itself
NEEDS  root
RUN    printf '#!%s\nbegin { printf("%%s\\n", str($1)); }\n' "$SONDE" >{{TMP}}/x.bt; chmod +x {{TMP}}/x.bt; {{TMP}}/x.bt hello
EXPECT hello

NAME   options behind the file, and the last -e
NEEDS  root
RUN    echo 'begin { print(1); }' >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt -q; $SONDE -q -e 'begin { print(2); }' -e 'begin { print(3); }'
EXPECT
	1


	3

NAME   parameters behind --
NEEDS  root
SCRIPT begin { printf("%d %s\n", $1, str($2)); }
PARAMS -- -5 -x
EXPECT -5 -x

NAME   a file that is not there
NEEDS  root
RUN    $SONDE /nonexistent.bt
STATUS 1
ERR    ERROR: failed to open file '/nonexistent.bt': No such file or directory

NAME   an empty script
NEEDS  root
SCRIPT // nothing
STATUS 1
LINE   No probes to attach

NAME   what was attached is said, or not
NEEDS  root
SCRIPT begin { } end { } interval:s:1 { } tracepoint:syscalls:sys_enter_getppid { exit(); }
ARGS   -c '{{PROGS}}/getppids 1'
ERR    ^Attached 4 probes$

NAME   -q says nothing
NEEDS  root
ARGS   -q
SCRIPT begin { print(1); }
EXPECT 1
ERR_NOT .

NAME   --dry-run prints nothing
NEEDS  root
ARGS   --dry-run
SCRIPT begin { print(1); @x = 5; } interval:s:1 { print(2); }
EXACT  

NAME   the command ends the tracing, whatever its status
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_exit_group { @[comm] = count(); }
ARGS   -c '/bin/false'
EXPECT @[false]: 1

NAME   a command that is not there
NEEDS  root
SCRIPT begin { }
ARGS   -c /nonexistent/program
STATUS 1
ERR    Failed to fork child: Path '/nonexistent/program' does not exist or is not executable

NAME   the command does not run before the probes are attached
NEEDS  root
SCRIPT tracepoint:sched:sched_process_exec { @[comm] = count(); } tracepoint:syscalls:sys_enter_getppid /comm == "getppids"/ { @n = count(); }
ARGS   -c '{{PROGS}}/getppids 3'
EXPECT
	@[getppids]: 1
	@n: 3

NAME   when tracing ends first, the command is ended
NEEDS  root
RUN    $SONDE -q -e 'interval:ms:100 { exit(); }' -c '{{PROGS}}/sleeps 77.25'; sleep 0.3; pgrep -f 'sleeps 77[.]25$' || echo gone
EXPECT gone

NAME   -p ends with the process
NEEDS  root
BEFORE {{PROGS}}/sleeps 2
SCRIPT begin { printf("tracing\n"); } interval:s:100 { }
ARGS   -p {{BEFORE_PID}}
EXPECT tracing

NAME   -p filters
NEEDS  root
BEFORE {{PROGS}}/sleeps 0.05 60
SCRIPT tracepoint:syscalls:sys_enter_clock_nanosleep { @[comm, pid] = count(); }
ARGS   -p {{BEFORE_PID}}
MATCH  ^@\[sleeps, {{BEFORE_PID}}\]: [0-9]+$
MATCH_NOT ^@\[[^s]

NAME   bad process numbers
NEEDS  root
RUN    for p in a1 1a 0 4194305 4194304; do $SONDE -p $p -e 'begin { }' 2>&1; echo "$?"; done
EXPECT
	ERROR: Failed to parse pid: invalid integer: a1
	1
	ERROR: Failed to parse pid: invalid trailing bytes: 1a
	1
	ERROR: Failed to attach to pid: Unable to open pidfd (Invalid argument)
	1
	ERROR: Pid out of range: 4194305
	1
	ERROR: Failed to attach to pid: Unable to open pidfd (No such process)
	1

NAME   -c and -p together
NEEDS  root
RUN    $SONDE -c /bin/true -p 1 -e 'begin { }'
STATUS 1
ERR    USAGE: Cannot use both -c and -p\.

NAME   bad values of options
NEEDS  root
RUN    $SONDE -B often -e 'begin { }' 2>&1 | head -n 1; $SONDE -d nothing -e 'begin { }' 2>&1 | head -n 1; $SONDE -kk -e 'begin { }' 2>&1 | head -n 1;
	$SONDE -k --no-warnings -e 'begin { }' 2>&1 | head -n 1
EXPECT
	ERROR: USAGE: -B must be either 'line', 'full', or 'none'.
	ERROR: USAGE: invalid option for -d: nothing
	ERROR: USAGE: -kk has been deprecated. Use a single -k for runtime warnings for errors in map lookups and probe reads.
	ERROR: USAGE: -k, --warnings conflicts with --no-warnings

NAME   Ctrl-C ends in order
NEEDS  root
SCRIPT begin { @x = 5; } end { printf("end\n"); } interval:s:100 { }
AFTER  sleep 0.2
EXPECT
	end


	@x: 5

NAME   SIGTERM ends in order
NEEDS  root
RUN    $SONDE -e 'begin { @x = 5; } interval:s:100 { }' 2>{{TMP}}/said & while ! grep -q Attached {{TMP}}/said; do sleep 0.05; done; kill -TERM $!; wait $!; echo "status $?"
EXPECT
	@x: 5
	status 0

NAME   harnesses of the peer are told when probes are attached
NEEDS  root
ENV    __BPFTRACE_NOTIFY_PROBES_ATTACHED=1
SCRIPT interval:ms:10 { exit(); }
LINE   __BPFTRACE_NOTIFY_PROBES_ATTACHED

NAME   settings come from both prefixes, SONDE_ first, and win over the script
NEEDS  root uprobe
RUN    s='config = { max_strlen = 20 } uprobe:{{PROGS}}/calls:outer { printf("%s\n", str(arg1)); }';
	for e in BPFTRACE_MAX_STRLEN=2 "SONDE_MAX_STRLEN=3 BPFTRACE_MAX_STRLEN=2" X=1; do env $e $SONDE -q -e "$s" -c '{{PROGS}}/calls 2' | grep ev; done
EXPECT
	ev..
	eve..
	even

NAME   a bad value in the environment
NEEDS  root
ENV    SONDE_MAX_STRLEN=abc
SCRIPT begin { }
STATUS 2
ERR    max_strlen: expecting a number, got abc

NAME   --info
NEEDS  root
RUN    $SONDE --info
MATCH  ^System$
MATCH  ^  OS: Linux
MATCH  ^  Arch: x86_64$
MATCH  ^Build$
MATCH  ^  version: 
MATCH  ^  LLVM: 19\.
MATCH  ^Kernel helpers *$
MATCH  ^Kernel features *$
MATCH  ^  Instruction limit: 1000000 +btf: yes *$
MATCH  ^Probe types *$

NAME   stages of the compiler
NEEDS  root
RUN    $SONDE --dry-run -d ast,types,codegen,codegen-opt --verify-llvm-ir -e 'begin { $x = 1; @y[$x] = count(); }' 2>&1
MATCH  ^AST after: 
MATCH  LLVM IR before optimization
MATCH  LLVM IR after optimization
MATCH  int8

NAME   -v says more
NEEDS  root
ARGS   -v
SCRIPT begin { print(1); } interval:ms:1 { exit(); }
EXPECT 1
ERR    begin
ERR    interval:ms:1

NAME   -I and --unsafe are taken
NEEDS  root
ARGS   -I /usr/include --unsafe
SCRIPT begin { print(1); }
EXPECT 1

NAME   [lexical 4.3] --include, -I, CPATH and C_INCLUDE_PATH
NEEDS  root
SETUP  mkdir -p {{TMP}}/a {{TMP}}/b {{TMP}}/c; echo '#define ONE 1' > {{TMP}}/one.h; echo '#define TWO (ONE + 1)' > {{TMP}}/a/two.h;
	echo '#define THREE 3' > {{TMP}}/b/three.h; echo '#define THREE 4' > {{TMP}}/c/three.h; echo '#define FOUR 4' > {{TMP}}/c/four.h
ENV    CPATH={{TMP}}/b:{{TMP}}/none C_INCLUDE_PATH={{TMP}}/c
ARGS   --include {{TMP}}/one.h --include two.h -I {{TMP}}/a
SCRIPT #include <three.h>
	#include "four.h"
	begin { print((ONE, TWO, THREE, FOUR)); }
LINE   (1, 2, 3, 4)

NAME   [lexical 4.3] --include of a known header, and of one that is missing
NEEDS  root
RUN    $SONDE -q --include linux/socket.h -e 'begin { print(AF_INET6); }'; $SONDE --include no_such.h -e 'begin { }' || echo refused
LINE   10
LINE   refused
ERR    ^--include:1:1-21: ERROR: 'no_such\.h' file not found$

NAME   list: tracepoints, whole and by pattern
NEEDS  root
RUN    $SONDE -l | wc -l | awk '{ print ($1 > 1000) }'; $SONDE -l 'tracepoint:syscalls:sys_enter_lsee*'; $SONDE -l '*enter_getppi*' | grep ^tracepoint; $SONDE -l 'tracepoint:*' | sort -C && echo sorted
EXPECT
	1
	tracepoint:syscalls:sys_enter_lseek
	tracepoint:syscalls:sys_enter_getppid
	sorted

NAME   list: arguments
NEEDS  root
RUN    $SONDE -lv tracepoint:syscalls:sys_enter_lseek
EXPECT
	tracepoint:syscalls:sys_enter_lseek
	    int __syscall_nr
	    unsigned int fd
	    off_t offset
	    unsigned int whence

NAME   list: software, interval, profile
NEEDS  root
RUN    $SONDE -l 'software:*' | tr '\n' ' '; echo; $SONDE -l 'interval:*,profile:*'; $SONDE -l 'nosuch:*'; echo "status $?"
EXPECT
	software:alignment-faults: software:bpf-output: software:context-switches: software:cpu-clock: software:cpu-migrations: software:cpu: software:cs: software:dummy: software:emulation-faults: software:faults: software:major-faults: software:minor-faults: software:page-faults: software:task-clock: 
	interval:hz:
	interval:ms:
	interval:s:
	interval:us:
	profile:hz:
	profile:ms:
	profile:s:
	profile:us:
	status 0

NAME   list: functions of a program
NEEDS  root uprobe
RUN    $SONDE -l 'uprobe:{{PROGS}}/calls:*er'
MATCH  ^uprobe:{{PROGS}}/calls:inner$
MATCH  ^uprobe:{{PROGS}}/calls:outer$
MATCH_NOT middle

NAME   list: functions of the kernel
NEEDS  root kprobe
RUN    $SONDE -l 'kprobe:vfs_rea*' | head -n 3; $SONDE -l 'kprobe:*' | wc -l | awk '{ print ($1 > 10000) }'
LINE   kprobe:vfs_read
LINE   1

NAME   list: the probes of a script
NEEDS  root
RUN    $SONDE -l -e 'begin { } tracepoint:syscalls:sys_enter_getpp* { } interval:s:1 { }'
EXPECT
	tracepoint:syscalls:sys_enter_getppid
	interval:s:

NAME   not root: says what is missing
NEEDS  root tool:setpriv
RUN    setpriv --reuid=65534 --clear-groups --bounding-set=-all --inh-caps=-all $SONDE -e 'begin { }'
STATUS 1
ERR    Missing CAP_[A-Z_]+ capability, please run sonde as the root user\.

NAME   not root: help and version need nothing
NEEDS  root tool:setpriv
RUN    setpriv --reuid=65534 --clear-groups $SONDE -V
MATCH  ^sonde v

NAME   tracefs that is not mounted is mounted for sonde alone
NEEDS  root tool:unshare
RUN    unshare -m bash -c 'umount /sys/kernel/tracing /sys/kernel/debug/tracing /sys/kernel/debug 2>/dev/null; $SONDE -e "tracepoint:syscalls:sys_enter_getppid /comm == \"getppids\"/ { @ = count(); }" -c "{{PROGS}}/getppids 5"; ls /sys/kernel/tracing | wc -l'
EXPECT
	@: 5
	0

NAME   missing probes: error, warning, silence
NEEDS  root
RUN    for m in error warn ignore; do SONDE_MISSING_PROBES=$m $SONDE -q -e 'tracepoint:sched:nosuch { } begin { print(1); }' 2>&1; echo "$?"; done
MATCH  No matches for tracepoint sched:nosuch\.$
MATCH  No matches for tracepoint sched:nosuch\. Skipping\.$
LINE   1
LINE   0

NAME   more probes than the limit
NEEDS  root
ENV    SONDE_MAX_PROBES=2
SCRIPT interval:s:1 { } interval:s:2 { } interval:s:3 { }
STATUS 1
ERR    Can't attach to 3 probes because it exceeds the current limit of 2 probes\.

NAME   leaving after hundreds of probes is quick
NEEDS  root real plain
RUN    s=$(date +%s%N); $SONDE -q -e 'tracepoint:syscalls:sys_enter_* { @[probe] = count(); } interval:ms:300 { exit(); }' >/dev/null; e=$(date +%s%N);
	echo $(((e - s) / 1000000 < 2000))
EXPECT 1

NAME   tracefs is found where "/" cannot be made private
NEEDS  root
RUN    mkdir -p chroot && for d in usr lib lib64 bin proc sys dev tmp work; do [ -e /$d ] && mkdir -p chroot/$d; done
	unshare -m bash -c 'for d in usr lib lib64 bin proc dev; do mount --rbind /$d chroot/$d; done; mount -t sysfs sys chroot/sys;
	mkdir -p chroot/tmp/s; touch chroot/tmp/s/sonde; mount --bind $SONDE chroot/tmp/s/sonde;
	chroot chroot /tmp/s/sonde -q -e "tracepoint:syscalls:sys_enter_getppid { @ = count(); exit(); } begin { printf(\"found\n\"); } interval:s:1 { exit(); }"' | head -n 1
EXPECT
	found
