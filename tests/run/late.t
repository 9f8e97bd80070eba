# What goes wrong behind the compiler: the list of checks, 15.

NAME   [checks 15] an output format that is none
NEEDS  root once
SCRIPT begin { }
ARGS   -f xml
STATUS 1
ERR    ^ERROR: Invalid output format "xml"$
ERR    ^Valid formats: 

NAME   [checks 15] an output file that cannot be made
NEEDS  root once
SCRIPT begin { }
ARGS   -o /nonexistent/x
STATUS 1
ERR    ^ERROR: Failed to open output file: "/nonexistent/x": No such file or directory$

NAME   [checks 15] a command that cannot be started
NEEDS  root once
SCRIPT begin { }
ARGS   -c /nonexistent/x
STATUS 1
ERR    ^ERROR: Failed to .* child: .*'/nonexistent/x' does not exist or is not executable

NAME   [checks 15] nothing to attach to
NEEDS  root
RUN    $SONDE -e 'config = { missing_probes = ignore } tracepoint:sched:nosuch { }'; echo $?; $SONDE -q -e 'config = { missing_probes = ignore } tracepoint:sched:nosuch { }'; echo $?
EXPECT
	No probes to attach
	1
	1

NAME   [checks 15] a probe that cannot be attached
NEEDS  root uprobe
SCRIPT uprobe:{{PROGS}}/calls:0xffffff { }
ARGS   --unsafe
STATUS 255
ERR    ^ERROR: Could not resolve address: .*calls:0xffffff$
ERR    ^ERROR: Unable to attach probe: uprobe:.*calls:16777215\. If this is expected, set the 'missing_probes' config variable to 'warn'\.$

NAME   [checks 15] a function that begins with an instruction on which there can be no probe, alone and among others
NEEDS  root uprobe
SCRIPT config = { missing_probes = warn } uprobe:libc:pthread_spin_lock { } uprobe:libc:pthread_spin_* { } begin { print("here"); exit(); }
LINE   here
ERR    ^WARNING: The kernel cannot put a probe on the instruction that stands there\.$
ERR    ^WARNING: Unable to attach probe: uprobe:.*libc\.so\.6:pthread_spin_lock\. Skipping\.$
ERR    ^Attached [0-9]+ probes$
ERR_NOT 524

NAME   [checks 15] all probes that cannot be attached, with a warning each, and without
NEEDS  root uprobe
RUN    $SONDE --unsafe -e 'config = { missing_probes = warn } uprobe:{{PROGS}}/calls:0xffffff { } uprobe:{{PROGS}}/calls:0xfffffe { }' 2>&1 | sed 's,{{PROGS}},,' | LC_ALL=C sort; $SONDE --unsafe -e 'config = { missing_probes = ignore } uprobe:{{PROGS}}/calls:0xffffff { }' 2>&1; echo $?
EXPECT
	ERROR: Attachment failed for all probes.
	WARNING: Could not resolve address: /calls:0xfffffe
	WARNING: Could not resolve address: /calls:0xffffff
	WARNING: Unable to attach probe: uprobe:/calls:16777214. Skipping.
	WARNING: Unable to attach probe: uprobe:/calls:16777215. Skipping.
	ERROR: Attachment failed for all probes.
	255

NAME   [checks 15] more probes than are allowed
NEEDS  root
SCRIPT config = { max_probes = 3 } tracepoint:syscalls:sys_enter_rea* { print(probe); }
STATUS 1
ERR    ^ERROR: Can't attach to [0-9]+ probes because it exceeds the current limit of 3 probes\.$
ERR    MAX_PROBES environment variable

NAME   [checks 14] ahead of time: there is no such option
NEEDS  once
SCRIPT begin { }
ARGS   --aot {{TMP}}/x
STATUS 1
ERR    unrecognized option '--aot'

NAME   [checks 15] what is wrong with many targets is said once
NEEDS  root
RUN    $SONDE -e 'tracepoint:syscalls:sys_enter_rea* { print(args.nosuch); } tracepoint:syscalls:sys_enter_open* { print(args.other); }' 2>&1 | grep -c ERROR:
EXPECT 2

NAME   more samples than the kernel takes [checks 15]
NEEDS  root
SCRIPT profile:hz:99 { } profile:hz:100000000 { exit(); }
STATUS 255
ERR    ^ERROR: The kernel takes at most [0-9]+ samples a second: /proc/sys/kernel/perf_event_max_sample_rate$
ERR    ^ERROR: Unable to attach probe: profile:hz:100000000\. If this is expected
ERR_NOT Invalid argument
