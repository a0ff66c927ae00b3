#!/bin/sh
# Resolve the four locked environments anew: runtime layer, development, bulk training, model export.
# Needs uv; the runtime comes first because development is held to its versions.
set -eu
resolve() {
  uv pip compile --quiet --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}
resolve --python-version 3.11 --python-platform x86_64-manylinux_2_34 \
  layers/runtime/requirements.in --output-file layers/runtime/requirements.txt
resolve --universal --python-version 3.11 --constraint layers/runtime/requirements.txt \
  requirements-dev.in --output-file requirements-dev.txt
resolve --python-version 3.11 infra/bulk_training/requirements.in \
  --output-file infra/bulk_training/requirements.txt
# A local build of torch may resolve to 2.13.0+cpu, which only its own machine has.
resolve --python-version 3.11 model_export/requirements.in --output-file model_export/requirements.txt
# Nor are the GPU packages of another build wanted.
sed -i -e 's/^torch==2.13.0+cpu/torch==2.13.0/' -e '/^\(nvidia\|cuda\)-/d' -e '/^triton==/d' \
  model_export/requirements.txt
