/* The run side linked alone: everything that runs a program, nothing that compiles one. */
#include <stdio.h>

#include "runtime/run.h"

int main(void)
{
	printf("%p\n", (void *)run_program);
	return 0;
}
