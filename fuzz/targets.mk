# Builds the fuzz targets (fuzz/run calls it): the codec and the address parser once with clang's sanitizers, then one program per target.
# FUZZ_INCLUDE and LLHTTP (its C sources, if it is no library) come from the Makefile of the module.
CXX = clang++
OUT = build/fuzz
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS = -g -O1 -fno-omit-frame-pointer $(SANITIZE) $(FUZZ_INCLUDE)

engine := $(wildcard src/base/*.cc src/codec/*.cc src/codec/*/*.cc) src/net/sockaddr.cc
engine_objects := $(engine:%.cc=$(OUT)/%.o)
llhttp_objects := $(foreach file,$(LLHTTP),$(OUT)/llhttp/$(basename $(notdir $(file))).o)
targets := $(patsubst fuzz/%.cc,%,$(wildcard fuzz/*.cc))
wanted ?= $(targets)

all: $(wanted:%=$(OUT)/fuzz-%)

$(OUT)/fuzz-%: $(OUT)/fuzz/%.o $(engine_objects) $(llhttp_objects)
	@echo "  link    $@"
	@$(CXX) $(SANITIZE) -fsanitize=fuzzer -o $@ $^ $(FUZZ_LIBS)

$(OUT)/%.o: %.cc
	@mkdir -p $(@D)
	@echo "  compile $<"
	@$(CXX) -std=c++17 $(FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

define llhttp_rule
$(OUT)/llhttp/$(basename $(notdir $(1))).o: $(1)
	@mkdir -p $$(@D)
	@echo "  compile $$<"
	@$(CXX) -x c $(FLAGS) -fsanitize=fuzzer-no-link -c -o $$@ $$<
endef
$(foreach file,$(LLHTTP),$(eval $(call llhttp_rule,$(file))))

.SECONDARY:
-include $(engine_objects:.o=.d) $(targets:%=$(OUT)/fuzz/%.d)
