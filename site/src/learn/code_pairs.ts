/**
 * Every code cell of the tutorial, as printed there, and where this project does the same. The code of this project is not here:
 * `excerpt.ts` reads it from its files.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Place } from "./excerpt.ts";

/** A cell of the tutorial's notebook and its counterparts. */
export interface CodePair {
  title: string;
  /** The cell, without the comments that repeat its code. */
  python: string;
  /** Whose lines are shown; the first does most of the work. */
  shown: Place[];
  /** Whose lines are named only. */
  named: Place[];
  /** What is the same and what differs. */
  note: string;
}

/** In the notebook's order. */
export const CODE_PAIRS: readonly CodePair[] = [
  {
    title: "Load the data",
    python: `def get_mnist_loaders(batch_size=128):
  # values scaled to [0, 1]
  transform = transforms.ToTensor()
  train_dataset = datasets.MNIST(root='./data', train=True,
    download=True, transform=transform)
  test_dataset = datasets.MNIST(root='./data', train=False,
    download=True, transform=transform)
  train_loader = DataLoader(train_dataset,
    batch_size=batch_size, shuffle=True)
  test_loader = DataLoader(test_dataset,
    batch_size=batch_size, shuffle=False)
  return train_loader, test_loader`,
    shown: [
      { file: "lib/pixels.ts", symbol: "pixelValues" },
      { file: "lib/rng.ts", symbol: "permutation" },
    ],
    named: [
      { file: "lib/data/mnist/mnist.ts", symbol: "downloadMnist" },
      { file: "lib/data/mnist/idx_folder.ts", symbol: "readIdxDirectory" },
    ],
    note:
      "The four files of MNIST are downloaded once and compared with their SHA-256 checksums. A stored byte stands for " +
      "byte / 255, a value from 0 to 1. The training images are put in a new random order in each epoch; the test images " +
      "keep theirs.",
  },
  {
    title: "Look at 16 digits",
    python: `def visualize_batch(batch_size=16):
  train_loader, _ = get_mnist_loaders(batch_size)
  images, labels = next(iter(train_loader))
  plt.figure(figsize=(10, 4))
  for i in range(batch_size):
    plt.subplot(2, batch_size // 2, i + 1)
    plt.imshow(images[i][0], cmap='gray')
    plt.title(f"Label: {labels[i].item()}")
    plt.axis('off')
  plt.tight_layout()
  plt.show()

visualize_batch()`,
    shown: [],
    named: [
      { file: "lib/report/sprites.ts", symbol: "valueLevels" },
      { file: "lib/run/report_sprites.ts", symbol: "drawReconstructions" },
    ],
    note: "Each run writes its first training images with their labels into its report, as tiles of one PNG file.",
  },
  {
    title: "The KL penalty",
    python: `def kl_divergence(rho, rho_hat):
  # prevent log(0)
  rho_hat = torch.clamp(rho_hat, 1e-6, 1 - 1e-6)
  return (rho * torch.log(rho / rho_hat)
    + (1 - rho) * torch.log((1 - rho) / (1 - rho_hat))).sum()`,
    shown: [
      { file: "lib/kl.ts", symbol: "klDivergence" },
      { file: "lib/sae/sparsity/kl.ts", symbol: "klPenalty" },
    ],
    named: [
      { file: "lib/engine/cpu/layered/kernels/kl_penalty.ts", symbol: "klSum" },
    ],
    note:
      "The same formula with the same clamp, in plain numbers for reading and testing, and in tensors with a gradient for " +
      "training.",
  },
  {
    title: "The model",
    python: `class Autoencoder(nn.Module):
  def __init__(self, input_dim=784, hidden_dim=128, latent_dim=32):
    super().__init__()
    self.encoder = nn.Sequential(
        nn.Linear(input_dim, hidden_dim),
        nn.ReLU(),
        nn.Linear(hidden_dim, latent_dim),
        nn.Sigmoid() # latents between 0 and 1
    )
    self.decoder = nn.Sequential(
        nn.Linear(latent_dim, hidden_dim),
        nn.ReLU(),
        nn.Linear(hidden_dim, input_dim),
        nn.Sigmoid(),  # pixel range [0, 1]
    )

  def forward(self, x):
    x = x.view(x.size(0), -1)
    z = self.encoder(x)
    out = self.decoder(z)
    return out, z`,
    shown: [
      { file: "lib/sae/model.ts", symbol: "architecture", from: "const encoderWidths", to: "});" },
      { file: "lib/engine/reference/forward.ts", symbol: "forward", from: "const acts = latents", to: "return {" },
    ],
    named: [],
    note:
      "The same four layers by default. The number of layers, their widths and their activation functions are settings.",
  },
  {
    title: "Run the loader",
    python: `train_loader, test_loader = get_mnist_loaders()`,
    shown: [],
    named: [{ file: "lib/run/data.ts", symbol: "loadData" }],
    note: "Data of other kinds are loaded here too: see --dataset and --data-dir.",
  },
  {
    title: "Initialise the model",
    python: `device = torch.device("cuda" if torch.cuda.is_available()
  else "cpu")
model = Autoencoder()
model.to(device)`,
    shown: [
      { file: "lib/sae/init.ts", symbol: "initialParameters", from: "const weightBound", to: "{name}.bias" },
    ],
    named: [{ file: "lib/engine/open.ts", symbol: "chooseEngine" }],
    note:
      "WebGPU is used if there is a hardware adapter, else the CPU. With --preset notebook the weights are drawn as PyTorch " +
      "draws them; by default they are drawn after Glorot and Bengio (2010), and biases start where the data and ρ suggest.",
  },
  {
    title: "Loss and optimiser",
    python: `criterion = nn.MSELoss()
optim = torch.optim.Adam(model.parameters(), lr=0.001)`,
    shown: [
      { file: "lib/engine/reference/loss.ts", symbol: "meanSquaredError" },
      { file: "lib/engine/reference/reference_adam.ts", symbol: "adamUpdate" },
    ],
    named: [
      { file: "lib/engine/reference/loss.ts", symbol: "binaryCrossEntropy" },
      { file: "lib/training/schedule.ts", symbol: "learningRate" },
    ],
    note: "The same loss, or binary cross-entropy with --loss bce, and Adam in PyTorch's arithmetic.",
  },
  {
    title: "Train",
    python: `epochs = 10
rho = 0.05 # target sparsity
beta = 5e-3 # sparsity weight
model.train()
for epoch in range(epochs):
  running_loss = 0.0
  for data in train_loader:
    inputs, _ = data
    inputs = inputs.to(device)
    optim.zero_grad()
    outputs, latent_vector = model(inputs)
    recon_loss = criterion(outputs, inputs.view(inputs.size(0), -1))
    rho_hat = latent_vector.mean(dim=0)
    sparsity_loss = kl_divergence(rho, rho_hat)
    loss = recon_loss + beta*sparsity_loss
    loss.backward()
    optim.step()
    running_loss += loss.item()
  avg_loss = running_loss/len(train_loader)
  print(f"Epoch {epoch+1}, Recon Loss: {recon_loss.item():.4f}, ...")`,
    shown: [
      { file: "lib/engine/reference/loss.ts", symbol: "totalLoss", from: "const reconstruction", to: "const total" },
      { file: "lib/training/loop.ts", symbol: "trainChunk", from: "engine.train(", to: "});" },
    ],
    named: [{ file: "lib/run/train.ts", symbol: "trainModel" }],
    note:
      "The same step: reconstruction loss plus β × penalty, its gradient, one step of Adam. The loop hands an engine many " +
      "steps at a time, so that a graphics card does not wait. The losses of each epoch are written to metrics.json.",
  },
  {
    title: "Test",
    python: `model.eval()
with torch.no_grad():
  test_loss = 0.0
  for data in test_loader:
    inputs, _ = data
    inputs = inputs.to(device)
    outputs, _ = model(inputs)
    loss = criterion(outputs, inputs.view(inputs.size(0), -1))
    test_loss += loss.item()
  print(f'Test Loss: {test_loss / len(test_loader)}')`,
    shown: [{ file: "lib/analysis/epoch.ts", symbol: "measureEpoch" }],
    named: [{ file: "lib/analysis/split_metrics.ts", symbol: "splitMetrics" }],
    note:
      "The test set is measured after each epoch, and in more detail at the end: explained variance, number of active " +
      "latents and others. The tutorial averages over batches, the last of which is smaller; here each image counts the same.",
  },
  {
    title: "Originals and reconstructions",
    python: `model.eval()
with torch.no_grad():
    sample_imgs, _ = next(iter(test_loader))
    sample_imgs = sample_imgs.to(device)
    reconstructed, _ = model(sample_imgs)

n = 8
plt.figure(figsize=(16, 4))
for i in range(n):
    plt.subplot(2, n, i + 1)
    plt.imshow(sample_imgs[i][0].cpu(), cmap='gray')
    plt.title("Original")
    plt.axis('off')
    plt.subplot(2, n, i + 1 + n)
    plt.imshow(reconstructed[i].view(28, 28).cpu(), cmap='gray')
    plt.title("Reconstructed")
    plt.axis('off')
plt.tight_layout()
plt.show()`,
    shown: [{ file: "lib/analysis/reconstructions.ts", symbol: "shownPairs", from: "const picked", to: "];" }],
    named: [],
    note: "The same first eight test images, then those with the least, the median and the largest error.",
  },
  {
    title: "Histogram of the activations",
    python: `model.eval()
with torch.no_grad():
    all_latents = []
    for inputs, _ in test_loader:
        inputs = inputs.to(device)
        _, latent = model(inputs)
        latent = latent.to('cpu')
        all_latents.append(latent)
    all_latents = torch.cat(all_latents)

plt.hist(all_latents.flatten().numpy(), bins=50, color='skyblue')
plt.title("Histogram of Latent Activations")
plt.xlabel("Activation Value")
plt.ylabel("Frequency")
plt.show()`,
    shown: [{ file: "lib/analysis/latent_scan.ts", symbol: "binOf" }],
    named: [],
    note: "All latents on all test images, in 50 bins too.",
  },
  {
    title: "Heat map of the latents",
    python: `model.eval()
with torch.no_grad():
    inputs, _ = next(iter(test_loader))
    inputs = inputs.to(device)
    _, latents = model(inputs)
    latents = latents.cpu().numpy()

plt.figure(figsize=(12, 6))
sns.heatmap(latents, cmap='viridis')
plt.title("Latent Activations (each row = 1 sample)")
plt.xlabel("Latent Neuron Index")
plt.ylabel("Sample Index")
plt.show()`,
    shown: [],
    named: [{ file: "lib/analysis/latents.ts", symbol: "activationRows" }],
    note: "The first test images and up to 64 latents. The pages sort the images by class, so that groups can be seen.",
  },
  {
    title: "Mean activation of each latent",
    python: `print("Mean activation per latent neuron:")
print(latents.mean(axis=0))`,
    shown: [{ file: "lib/kl.ts", symbol: "meanActivations", from: "const rhoHats" }],
    named: [],
    note: "The tutorial averages over one batch of 128 test images, a report over the whole test set.",
  },
];

/** The page that a place's lines have in a repository on the web. */
export function linesHref(
  repository: string,
  { file }: Place,
  { first, last }: { first: number; last: number },
): string {
  return `${repository}/blob/main/${file}#L${first}-L${last}`;
}
