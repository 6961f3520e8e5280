// What the class fragments see.
#pragma once
#include "xs/glue/callback.h"
#include "xs/glue/context.h"
#include "xs/glue/convert.h"
#include "xs/glue/errors.h"
#include "xs/glue/event_tables.h"
#include "xs/glue/events.h"
#include "xs/glue/guard.h"
#include "xs/glue/loops.h"
#include "xs/glue/observer.h"
#include "xs/glue/settings.h"
#include "xs/glue/tables.h"
#include "xs/glue/wrapper.h"
