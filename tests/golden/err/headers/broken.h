struct good {
	typeof(1) a;
	undefined_type_of_nobody b;
};
struct bad {
	struct no_such_struct_at_all s;
};
#include "missing.h"
