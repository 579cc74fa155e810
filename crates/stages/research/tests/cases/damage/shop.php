<html><?= $title ?>
<?php
declare(strict_types=1);

namespace App\Controller;

use Doctrine\ORM\Mapping as ORM;
use Symfony\Component\Routing\Annotation\{Route, Method as M};
use function App\helper;

const VERSION = '1' . '2';

/**
 * @ORM\Entity(repositoryClass=OrderRepository::class)
 * @ORM\Table(name="orders", indexes={@ORM\Index(columns={"state"})})
 */
#[Route('/orders', name: 'orders_')]
final class OrderController extends AbstractController implements \Countable
{
    use Loads, Saves { Loads::go as protected gone; }
    public const BASE = 'http://' . self::HOST . ':8080';
    /** @var Order[]|null */
    private ?array $orders = null;

    public function __construct(private readonly HttpClientInterface $http, protected int $x = 3) {}

    /** @Route("/{id}/größe", methods={"GET", "HEAD"}, requirements={"id": "\d+"}) */
    public function show(int|string $id, Request ...$more): ?Response
    {
        foreach ($this->orders as $key => $order) {
            $name = $order->customer?->name ?? "none {$order->id} of $key[0]";
        }
        $url = sprintf('%s/lines/%d', $_ENV['LINES_URL'] ?? getenv('LINES') ?: 'http://lines', $id);
        [$a, 'b' => $b] = $this->http->request('GET', $url . '/x', ['timeout' => 2])->toArray();
        $run = fn (int $n) => $n * 2;
        $this->each(function () use ($a): void { echo $a; });
        return match (true) { $a > 1 => new Response(<<<TXT
            text {$a} here
            TXT), default => null };
    }
}

if ($x): Route::get('/a', [OrderController::class, 'show'])->middleware('auth'); endif;
$c = new class($x) extends Base { public function go() { return 1; } };
?>
tail
