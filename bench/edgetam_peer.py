# SPDX-License-Identifier: BSD-2-Clause
"""EdgeTAM's video model in PyTorch with random weights (they run at the same speed): prints seconds a frame as JSON.

python edgetam_peer.py N_FRAMES N_THREADS f32|bf16, with torch, transformers and timm. Fetches nothing.
"""
import json
import sys
import time

import torch
import transformers
from transformers import EdgeTamVideoConfig, EdgeTamVideoModel
from transformers.models.edgetam.configuration_edgetam import EdgeTamVisionConfig
from transformers.models.edgetam_video.modeling_edgetam_video import EdgeTamVideoInferenceSession
from transformers.models.timm_wrapper.configuration_timm_wrapper import TimmWrapperConfig


def main():
    n_frames, n_threads = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(n_threads)
    torch.manual_seed(1)
    backbone = TimmWrapperConfig(architecture="repvit_m1", model_args={"in_chans": 3, "features_only": True, "out_indices": [0, 1, 2, 3]}, do_pooling=False)
    model = EdgeTamVideoModel(EdgeTamVideoConfig(vision_config=EdgeTamVisionConfig(backbone_config=backbone).to_dict())).eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=sys.argv[3] == "bf16"):
        session = EdgeTamVideoInferenceSession(video=torch.rand(n_frames, 3, 1024, 1024), video_height=480, video_width=854, dtype=torch.float32)
        index = session.obj_id_to_idx(1)
        mask = torch.zeros(1, 1, 1024, 1024)
        mask[..., 300:700, 300:700] = 1
        session.add_mask_inputs(index, 0, mask)
        session.obj_with_new_inputs = [1]
        seconds = []
        for frame in range(n_frames):
            started = time.monotonic()
            model(inference_session=session, frame_idx=frame)
            seconds.append(time.monotonic() - started)
    print(json.dumps({"seconds": seconds, "parameters": sum(p.numel() for p in model.parameters()), "torch": torch.__version__, "transformers": transformers.__version__}))


if __name__ == "__main__":
    main()
