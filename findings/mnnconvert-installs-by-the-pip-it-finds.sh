#!/usr/bin/env bash
# One would guess: mnnconvert, the converter that comes with the package MNN on PyPI, reads one file and writes another.
#
# What is so: at its start, even if it is only asked for its version, it runs `pip install -U aliyun-log-python-sdk` in
# a shell, twice, unless that package is there already; with it come some ten more. It is the pip that PATH finds first:
# if mnnconvert is called by its path, as from a script or a service, that is another Python's, perhaps the system's.
# Once the package can be imported, it reports each conversion to its maker: the command's arguments and the size of
# both files (by the source; not run here). The output says "try 'pip install -U ...'", as if one were asked to.
#
# Who meets it: builds with pinned packages (what one tests is no more what one pinned), machines without a network,
# where each conversion waits for pip first, and whoever may not tell others what he converts. The compiled converter
# behind it, _tools.mnnconvert(), does none of this.
#
# Source: run here, with a pip that only notes how it is called; MNN/tools/utils/log.py and MNN/tools/mnnconvert.py.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mnn==3.6.1 numpy==2.4.6 onnx==1.23.2
mkdir "$folder/first"
cat > "$folder/first/pip" <<SH
#!/bin/sh
echo "\$*" >> "$folder/calls"
SH
chmod +x "$folder/first/pip"
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import onnx
from onnx import TensorProto, helper

ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 3, 8, 8)) for name in "xy"]
graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "net", ends[:1], ends[1:])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model, full_check=True)
onnx.save(model, "net.onnx")
PY
# No proxy listens there: nothing leaves this machine, whatever else the program tries.
export https_proxy=http://127.0.0.1:9 http_proxy=http://127.0.0.1:9
convert() {
    : > calls
    PATH="$folder/first:$PATH" "$@" -f ONNX --modelFile net.onnx --MNNModel net.mnn --bizCode none > output 2>&1
    test -s net.mnn
    rm net.mnn
}
asked="install -U aliyun-log-python-sdk"
"$folder/venv/bin/pip" --disable-pip-version-check list 2> /dev/null | grep -i "^mnn "
convert "$folder/venv/bin/mnnconvert"
echo "  mnnconvert: $(grep -cx "$asked" calls || true) calls of the first pip of PATH, not its own: $(sort -u calls)"
test "$(sort -u calls)" = "$asked" || { echo "this has changed"; exit 1; }
: > calls
PATH="$folder/first:$PATH" "$folder/venv/bin/mnnconvert" --version > output 2>&1 || true
echo "  mnnconvert --version: $(grep -cx "$asked" calls || true) calls"
test "$(sort -u calls)" = "$asked" || { echo "this has changed"; exit 1; }
convert "$folder/venv/bin/python" -c 'import sys, MNN, _tools; _tools.mnnconvert(sys.argv)'
echo "  the compiled converter alone: $(grep -c . calls || true) calls"
test ! -s calls
